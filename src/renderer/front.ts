/** The same eye at the same moment, seen from the front of its face. */
import { directionOf, type FaceAxes, faceAxes } from './geometry.js';
import type { EyeParameters } from './parameters.js';

/**
 * What a camera in front of the face sees at the moment of `parameters`: the head is [0, 0, 0], and gaze and lamp turn with it, so that
 * the eye stays as it is in its face and the face as it is lit (as of several cameras that take one face at once). Identity, lids, pupil,
 * place and scale stay.
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

/** A direction of the camera's axes along those of a right eye's face, which are the camera's own where the head is [0, 0, 0]. */
function inFace(direction: readonly [number, number, number], { u, v, w }: FaceAxes): [number, number, number] {
  const along = (axis: readonly [number, number, number]) =>
    direction[0] * axis[0] + direction[1] * axis[1] + direction[2] * axis[2];
  return [along(u), along(v), along(w)];
}
