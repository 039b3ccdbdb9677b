/** Transforms the labels of a picture by an affine map. */
import type { Affine, FaceBox, FrameLabels, Point } from '../frame.js';
import { apply, determinant } from './affine.js';

/**
 * The labels of a picture that was transformed by `map`.
 *
 * Pupils and the centres of face boxes are mapped, and the sides of boxes are scaled like lengths along them; pupils and boxes outside the
 * new picture are left out. Gaze is rotated and mirrored by the map's orthogonal polar factor; scale, shear and translation do not change
 * it.
 *
 * @param map from the old picture's pixels to the new one's
 */
export function moveLabels(labels: FrameLabels, map: Affine, width: number, height: number): FrameLabels {
  const transformed: { -readonly [K in keyof FrameLabels]: FrameLabels[K] } = { ...labels };
  if (labels.gaze) transformed.gaze = rotateGaze(labels.gaze, map);
  if (labels.pupils) {
    transformed.pupils = labels.pupils
      .map((pupil) => apply(map, pupil))
      .filter((pupil) => isWithin(pupil, width, height));
  }
  if (labels.faces) {
    transformed.faces = labels.faces.map((box) => mapBox(box, map)).filter((box) => touches(box, width, height));
  }
  return transformed;
}

/** The mapped box stays axis-aligned: rotation does not change its size. */
function mapBox(box: FaceBox, map: Affine): FaceBox {
  const [x, y] = apply(map, [box.x + box.width / 2, box.y + box.height / 2]);
  const width = box.width * Math.hypot(map[0], map[3]);
  const height = box.height * Math.hypot(map[1], map[4]);
  return { x: x - width / 2, y: y - height / 2, width, height };
}

function touches(box: FaceBox, width: number, height: number): boolean {
  return box.x < width && box.y < height && box.x + box.width > 0 && box.y + box.height > 0;
}

/** Whether a point lies on a picture of this size, including its edge. */
export function isWithin([x, y]: Point, width: number, height: number): boolean {
  return x >= 0 && y >= 0 && x <= width && y <= height;
}

function rotateGaze(gaze: readonly [pitch: number, yaw: number], map: Affine): readonly [pitch: number, yaw: number] {
  const [a, b, , d, e] = map;
  const mirrors = determinant(map) < 0;
  const angle = mirrors ? Math.atan2(b + d, a - e) : Math.atan2(d - b, a + e);
  if (!mirrors && angle === 0) return gaze;
  const [pitch, yaw] = gaze;
  // The gaze direction: x to the right, y down, z toward the camera.
  const x = -Math.cos(pitch) * Math.sin(yaw);
  const y = -Math.sin(pitch);
  const z = Math.cos(pitch) * Math.cos(yaw);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const rotatedX = mirrors ? cos * x + sin * y : cos * x - sin * y;
  const rotatedY = mirrors ? sin * x - cos * y : sin * x + cos * y;
  return [Math.asin(Math.min(1, Math.max(-1, -rotatedY))), Math.atan2(-rotatedX, z)];
}
