/** Where things are in the eye: gaze to directions, the camera's and the face's axes, and refraction by the cornea. */
import type { EyeParameters } from './parameters.js';

/** Radius of the eyeball. Lengths here are those of Gullstrand's schematic eye, in millimetres. */
export const EYEBALL_RADIUS = 12;
/** Radius of the cornea's front. */
export const CORNEA_RADIUS = 7.8;
/** Index of the aqueous humour behind the cornea, which is treated as one refracting surface. */
export const AQUEOUS_INDEX = 1.336;
/** The iris lies this far behind the cornea's apex. */
const CHAMBER_DEPTH = 3.4;

/** A direction in the camera's axes (x right, y up, z to the camera) from pitch and yaw; (0, 0) looks into the camera. */
export function directionOf(pitch: number, yaw: number): [x: number, y: number, z: number] {
  return [-Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch), Math.cos(yaw) * Math.cos(pitch)];
}

/** The face's axes seen by the camera: `u` to the nose, `v` up, `w` out of the face. */
export interface FaceAxes {
  readonly u: readonly [number, number, number];
  readonly v: readonly [number, number, number];
  readonly w: readonly [number, number, number];
}

/** The face's axes for a turned head; a left eye's `u` points the other way. */
export function faceAxes(parameters: Pick<EyeParameters, 'head' | 'side'>): FaceAxes {
  const [pitch, yaw, roll] = parameters.head;
  const w = directionOf(pitch, yaw);
  const level = [Math.cos(yaw), 0, Math.sin(yaw)] as const;
  const up = [
    w[1] * level[2] - w[2] * level[1],
    w[2] * level[0] - w[0] * level[2],
    w[0] * level[1] - w[1] * level[0],
  ] as const;
  const c = Math.cos(roll);
  const s = Math.sin(roll);
  const mirror = parameters.side === 'left' ? -1 : 1;
  return {
    u: [mirror * (c * level[0] + s * up[0]), mirror * (c * level[1] + s * up[1]), mirror * (c * level[2] + s * up[2])],
    v: [c * up[0] - s * level[0], c * up[1] - s * level[1], c * up[2] - s * level[2]],
    w,
  };
}

/** Distances along the gaze from the eyeball's centre. */
export interface EyeballShape {
  readonly limbusRadius: number;
  /** The plane where the cornea meets the white. */
  readonly limbus: number;
  /** The centre of the cornea's sphere. */
  readonly cornea: number;
  /** The plane of the iris and pupil. */
  readonly iris: number;
}

/** The eyeball's parts for an iris of this radius. */
export function eyeballShape(limbusRadius: number): EyeballShape {
  const limbus = Math.sqrt(EYEBALL_RADIUS ** 2 - limbusRadius ** 2);
  const cornea = limbus - Math.sqrt(CORNEA_RADIUS ** 2 - limbusRadius ** 2);
  return { limbusRadius, limbus, cornea, iris: cornea + CORNEA_RADIUS - CHAMBER_DEPTH };
}

/**
 * Where the pupil's centre is seen, from the eyeball's centre, by an orthographic camera: the ray that meets the iris plane
 * in its centre after refraction lies in the plane of gaze and view, so one number decides it; found by bisection.
 */
export function pupilImage(gaze: readonly [number, number], shape: EyeballShape): [x: number, y: number] {
  const [gx, gy, gz] = directionOf(gaze[0], gaze[1]);
  const sine = Math.hypot(gx, gy);
  if (sine < 1e-9) return [0, 0];
  // In that plane: m across the view, z toward the camera; the gaze is (sine, gz).
  let low = sine * shape.iris * 0.8;
  let high = sine * (shape.cornea + CORNEA_RADIUS);
  for (let i = 0; i < 40; i++) {
    const m = (low + high) / 2;
    if (acrossIris(m, sine, gz, shape) < 0) low = m;
    else high = m;
  }
  const m = (low + high) / 2;
  return [(m * gx) / sine, (m * gy) / sine];
}

/** Where the ray at `m` meets the iris plane, from the iris's centre. */
function acrossIris(m: number, sine: number, cosine: number, shape: EyeballShape): number {
  const normalM = (m - shape.cornea * sine) / CORNEA_RADIUS;
  const normalZ = Math.sqrt(Math.max(0, 1 - normalM ** 2));
  const eta = 1 / AQUEOUS_INDEX;
  const bend = eta * normalZ - Math.sqrt(1 - eta * eta * (1 - normalZ * normalZ));
  const rayM = bend * normalM;
  const rayZ = bend * normalZ - eta;
  const z = shape.cornea * cosine + CORNEA_RADIUS * normalZ;
  const t = (shape.iris - (m * sine + z * cosine)) / (rayM * sine + rayZ * cosine);
  return (m + t * rayM) * cosine - (z + t * rayZ) * sine;
}
