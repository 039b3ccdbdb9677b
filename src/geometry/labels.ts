/** Takes a picture's labels along when the picture moves. */
import type { Affine, FrameLabels, Point } from '../frame.js';
import { apply, determinant } from './affine.js';

/**
 * The labels of a picture that was drawn through `map`.
 *
 * Pupils go where the map takes them; those that leave the new picture are left out. Gaze turns with the map's rotation and
 * mirrors with its reflection (its orthogonal polar factor); scale, shear and shift leave it as it is.
 *
 * @param map from the old picture's pixels to the new one's
 */
export function moveLabels(labels: FrameLabels, map: Affine, width: number, height: number): FrameLabels {
  const moved: { -readonly [K in keyof FrameLabels]: FrameLabels[K] } = { ...labels };
  if (labels.gaze) moved.gaze = turnGaze(labels.gaze, map);
  if (labels.pupils) {
    moved.pupils = labels.pupils.map((pupil) => apply(map, pupil)).filter((pupil) => isWithin(pupil, width, height));
  }
  return moved;
}

/** Whether a point lies on a picture of this size, its edge included. */
export function isWithin([x, y]: Point, width: number, height: number): boolean {
  return x >= 0 && y >= 0 && x <= width && y <= height;
}

function turnGaze(gaze: readonly [pitch: number, yaw: number], map: Affine): readonly [pitch: number, yaw: number] {
  const [a, b, , d, e] = map;
  const mirrors = determinant(map) < 0;
  const angle = mirrors ? Math.atan2(b + d, a - e) : Math.atan2(d - b, a + e);
  if (!mirrors && angle === 0) return gaze;
  const [pitch, yaw] = gaze;
  // The direction of looking: x to the right, y down, z to the viewer.
  const x = -Math.cos(pitch) * Math.sin(yaw);
  const y = -Math.sin(pitch);
  const z = Math.cos(pitch) * Math.cos(yaw);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const turnedX = mirrors ? cos * x + sin * y : cos * x - sin * y;
  const turnedY = mirrors ? sin * x - cos * y : sin * x + cos * y;
  return [Math.asin(Math.min(1, Math.max(-1, -turnedY))), Math.atan2(-turnedX, z)];
}
