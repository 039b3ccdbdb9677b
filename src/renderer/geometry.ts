/** Geometry of the eye: gaze directions, face axes, the eyeball's parts and refraction by the cornea. */
import type { EyeParameters } from './parameters.js';

/** Radius of the eyeball. Lengths are those of Gullstrand's schematic eye, in millimetres. */
export const EYEBALL_RADIUS = 12;
/** Radius of the cornea's front surface. */
export const CORNEA_RADIUS = 7.8;
/** Refractive index of the aqueous humour; the cornea is treated as one refracting surface. */
export const AQUEOUS_INDEX = 1.336;
/** Distance of the iris behind the cornea's apex. */
const CHAMBER_DEPTH = 3.4;

/** The direction of pitch and yaw in camera axes (x right, y up, z to the camera); (0, 0) looks into the camera. */
export function directionOf(pitch: number, yaw: number): [x: number, y: number, z: number] {
  return [-Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch), Math.cos(yaw) * Math.cos(pitch)];
}

/** The face's axes in camera axes: `u` to the nose, `v` up, `w` out of the face. */
export interface FaceAxes {
  readonly u: readonly [number, number, number];
  readonly v: readonly [number, number, number];
  readonly w: readonly [number, number, number];
}

/** The face's axes for a rotated head; `u` of a left eye points the other way. */
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

/** Radius of the limbus, and distances of the eyeball's parts from its centre along the gaze. */
export interface EyeballShape {
  readonly limbusRadius: number;
  /** The plane where the cornea meets the sclera. */
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
 * The image of the pupil's centre relative to the eyeball's centre for an orthographic camera. The ray that hits the centre of
 * the iris plane after refraction lies in the plane of gaze and view, so it has one unknown, which bisection finds.
 */
export function pupilImage(gaze: readonly [number, number], shape: EyeballShape): [x: number, y: number] {
  const [gx, gy, gz] = directionOf(gaze[0], gaze[1]);
  const sine = Math.hypot(gx, gy);
  if (sine < 1e-9) return [0, 0];
  // Coordinates in that plane: m perpendicular to the view, z toward the camera; the gaze is (sine, gz).
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

/** The position where the ray at `m` hits the iris plane, relative to the iris's centre. */
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
