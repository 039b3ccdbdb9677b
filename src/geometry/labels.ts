/** Takes a picture's labels along when the picture moves. */
import type { Affine, FaceBox, FrameLabels, Point } from '../frame.js';
import { apply, determinant } from './affine.js';

/**
 * The labels of a picture that was drawn through `map`.
 *
 * Pupils go where the map takes them, and so do the middles of face boxes, whose sides grow as lengths along them do; those that leave
 * the new picture are left out. Gaze turns with the map's rotation and mirrors with its reflection (its orthogonal polar factor); scale,
 * shear and shift leave it as it is.
 *
 * @param map from the old picture's pixels to the new one's
 */
export function moveLabels(labels: FrameLabels, map: Affine, width: number, height: number): FrameLabels {
  const moved: { -readonly [K in keyof FrameLabels]: FrameLabels[K] } = { ...labels };
  if (labels.gaze) moved.gaze = turnGaze(labels.gaze, map);
  if (labels.pupils) {
    moved.pupils = labels.pupils.map((pupil) => apply(map, pupil)).filter((pupil) => isWithin(pupil, width, height));
  }
  if (labels.faces) {
    moved.faces = labels.faces.map((box) => moveBox(box, map)).filter((box) => touches(box, width, height));
  }
  return moved;
}

/** A box stays upright when it turns: a face fills it as well as before, and does not grow. */
function moveBox(box: FaceBox, map: Affine): FaceBox {
  const [x, y] = apply(map, [box.x + box.width / 2, box.y + box.height / 2]);
  const width = box.width * Math.hypot(map[0], map[3]);
  const height = box.height * Math.hypot(map[1], map[4]);
  return { x: x - width / 2, y: y - height / 2, width, height };
}

function touches(box: FaceBox, width: number, height: number): boolean {
  return box.x < width && box.y < height && box.x + box.width > 0 && box.y + box.height > 0;
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
