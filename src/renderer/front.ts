/** Parameters of the same eye at the same moment, seen frontally. */
import { directionOf, type FaceAxes, faceAxes } from './geometry.js';
import type { EyeParameters } from './parameters.js';

/**
 * The view of a camera in front of the face, at the moment of `parameters`. The head becomes [0, 0, 0], and gaze and lamp are rotated
 * with it, so that the eye in its face and the light on it are unchanged, as for several cameras that film one face at once. Identity,
 * lids, pupil, offset and scale stay the same.
 */
export function frontOf(parameters: EyeParameters): EyeParameters {
  const axes = faceAxes({ head: parameters.head, side: 'right' });
  const [x, y, z] = inFace(directionOf(...parameters.gaze), axes);
  return {
    ...parameters,
    head: [0, 0, 0],
    gaze: [Math.asin(Math.min(1, Math.max(-1, y))), Math.atan2(-x, z)],
    light: { ...parameters.light, direction: inFace(parameters.light.direction, axes) },
  };
}

/** Converts a direction from camera axes to those of a right eye's face, which equal the camera's where the head is [0, 0, 0]. */
function inFace(direction: readonly [number, number, number], { u, v, w }: FaceAxes): [number, number, number] {
  const along = (axis: readonly [number, number, number]) =>
    direction[0] * axis[0] + direction[1] * axis[1] + direction[2] * axis[2];
  return [along(u), along(v), along(w)];
}
