/** The parameters of frame n in the endless video of synthetic eyes that belongs to a seed. */
import { randomAt } from '../random.js';
import { oneOf, whole, within, wrong } from './check.js';
import { identityAt } from './identity.js';
import { blinkAt, drift, gazeAt } from './motion.js';
import type { EyeIdentity, EyeLight, EyeParameters } from './parameters.js';

/** A range of angles in radians: one number a means −a … a, two are minimum and maximum. */
export type AngleRange = number | readonly [min: number, max: number];

/** Options of the video of synthetic eyes. */
export interface EyeFilmOptions {
  /** Frames per second, 0 to 1000. 0: frames come as fast as they are consumed. Default 30. */
  readonly fps?: number;
  /**
   * Seconds of video time from one frame to the next, 0.001 to 3600. Default 1 / `fps`, or 1/30 with `fps: 0`. The gaze moves to
   * a new target about every 0.75 seconds, so that frames are independent from a step of 1.5 on, which suits training.
   */
  readonly step?: number;
  /** `changing`: a new person, side and light every `period` frames; `fixed`: one person, whose side may change. Default `changing`. */
  readonly identity?: 'fixed' | 'changing';
  /** Frames until the identity or side changes, at least 1. Default 90. */
  readonly period?: number;
  /** Which eye is shown; `both` chooses at random for each period. Default `both`. */
  readonly side?: 'left' | 'right' | 'both';
  /**
   * Range of the gaze in radians: a number a means −a … a, two are minimum and maximum, each −0.8 to 0.8. Targets are
   * distributed uniformly. Default pitch 0.35, yaw 0.5.
   */
  readonly gaze?: {
    /** Up and down. */
    readonly pitch?: AngleRange;
    /** Left and right. */
    readonly yaw?: AngleRange;
  };
  /** How far the face turns, in radians, 0 to 0.4, to each side. Default 0.15. */
  readonly head?: number;
  /** Minimum and maximum brightness of the light; 1 exposes a face well. Default [0.6, 1.2]. */
  readonly light?: readonly [min: number, max: number];
  /** Blinks per minute, 0 to 60. Default 15. */
  readonly blinkRate?: number;
  /** Width of the picture in inter-ocular distances, 0.4 to 1.2. Default 0.8, the width of eye crops. */
  readonly span?: number;
}

/** Options of the video, checked and with all defaults filled in. */
export interface EyeFilm extends Required<Omit<EyeFilmOptions, 'gaze'>> {
  readonly pitch: readonly [min: number, max: number];
  readonly yaw: readonly [min: number, max: number];
}

/** Mean distance between an adult's pupils, in millimetres. */
const INTER_OCULAR_MM = 62.5;

/** Checks options and fills in their defaults. Throws `USAGE` with the name of a wrong option. */
export function eyeFilm(options: EyeFilmOptions = {}): EyeFilm {
  const fps = within('fps', options.fps ?? 30, 0, 1000);
  const [min, max] = options.light ?? [0.6, 1.2];
  if (!(min > 0 && min <= max && max <= 4)) {
    throw wrong('light', options.light, 'two numbers above 0 and up to 4, the smaller first');
  }
  return {
    fps,
    step: within('step', options.step ?? 1 / (fps === 0 ? 30 : fps), 0.001, 3600),
    identity: oneOf('identity', options.identity ?? 'changing', ['fixed', 'changing']),
    period: whole('period', options.period ?? 90, 1),
    side: oneOf('side', options.side ?? 'both', ['left', 'right', 'both']),
    pitch: angles('gaze.pitch', options.gaze?.pitch ?? 0.35),
    yaw: angles('gaze.yaw', options.gaze?.yaw ?? 0.5),
    head: within('head', options.head ?? 0.15, 0, 0.4),
    light: [min, max],
    blinkRate: within('blinkRate', options.blinkRate ?? 15, 0, 60),
    span: within('span', options.span ?? 0.8, 0.4, 1.2),
  };
}

function angles(name: string, range: AngleRange): readonly [number, number] {
  const [min, max] = typeof range === 'number' ? [-range, range] : range;
  if (min >= -0.8 && min <= max && max <= 0.8) return [min, max];
  throw wrong(name, range, 'a number from 0 to 0.8, or two from -0.8 to 0.8, the smaller first');
}

/**
 * The parameters of frame `index`. This is a pure function, so a frame can be rendered again from its number. Gaze, lids, light
 * and head move smoothly from frame to frame, except where the identity or side changes.
 *
 * @param seed a whole number
 * @param index a whole number from 0
 * @throws {IrisflowError} `USAGE` for wrong arguments and options.
 * @example
 * ```ts
 * import { eyeAt, renderEye } from 'irisflow/streams';
 *
 * const { labels } = renderEye(eyeAt(7, 1234), 64, 64); // frame 1234 of fromRenderer({ seed: 7 })
 * console.log(labels);
 * ```
 */
export function eyeAt(seed: number, index: number, options?: EyeFilmOptions): EyeParameters {
  whole('seed', seed, Number.MIN_SAFE_INTEGER);
  whole('index', index, 0);
  return filmedEye(seed, index, eyeFilm(options));
}

let cachedIdentity: { seed: number; number: number; identity: EyeIdentity } | undefined;

/** {@link eyeAt} with options that have been checked. */
export function filmedEye(seed: number, index: number, film: EyeFilm): EyeParameters {
  const time = index * film.step;
  const view = Math.floor(index / film.period);
  const person = film.identity === 'fixed' ? 0 : view;
  if (cachedIdentity?.seed !== seed || cachedIdentity.number !== person) {
    cachedIdentity = { seed, number: person, identity: identityAt(seed, person) };
  }
  const random = randomAt(seed, 'eye view', person);
  const base = { pitch: random.normal(0, 0.4), yaw: random.normal(0, 0.5), roll: random.normal(0, 0.4) };
  const frame = {
    x: random.normal(0, 0.7),
    y: random.normal(0, 0.7),
    zoom: Math.exp(random.normal(0, 0.04)),
    openness: random.uniform(0.85, 1.08),
    pupil: random.uniform(1.4, 2.9),
  };
  const gaze = gazeAt(seed, time, film.pitch, film.yaw);
  const blink = blinkAt(seed, time, film.blinkRate);
  const turn = (part: number, name: string, period: number) =>
    film.head * Math.max(-1, Math.min(1, 0.7 * part + 0.6 * drift(seed, name, time, period)));
  return {
    identity: cachedIdentity.identity,
    side: film.side === 'both' ? (randomAt(seed, 'eye side', view).uniform() < 0.5 ? 'right' : 'left') : film.side,
    gaze,
    head: [
      turn(base.pitch, 'head pitch', 2.3),
      turn(base.yaw, 'head yaw', 2.9),
      0.4 * turn(base.roll, 'head roll', 3.7),
    ],
    openness: Math.max(0, frame.openness * (1 + 0.06 * drift(seed, 'squint', time, 1.7)) * (1 - blink)),
    pupilRadius: frame.pupil * (1 + 0.06 * drift(seed, 'pupil', time, 1.1)),
    offset: [
      frame.x + 0.35 * drift(seed, 'shift x', time, 1.3),
      frame.y - 0.4 + 0.35 * drift(seed, 'shift y', time, 1.5),
    ],
    span: film.span * INTER_OCULAR_MM * frame.zoom,
    light: lightAt(seed, person, time, film.light),
  };
}

function lightAt(seed: number, scene: number, time: number, [min, max]: readonly [number, number]): EyeLight {
  const random = randomAt(seed, 'eye light', scene);
  const azimuth = random.normal(0, 0.7) + 0.25 * drift(seed, 'lamp azimuth', time, 4.1);
  const elevation = random.normal(0.5, 0.3) + 0.15 * drift(seed, 'lamp elevation', time, 5.3);
  const middle = (random.uniform() + 0.15 * drift(seed, 'lamp brightness', time, 6.1) + 0.15) / 1.3;
  const brightness = min + (max - min) * Math.min(1, Math.max(0, middle));
  const fill = random.uniform(0.2, 0.7);
  const warmth = random.normal(0, 0.09);
  const clampedAzimuth = Math.min(1.25, Math.max(-1.25, azimuth));
  const clampedElevation = Math.min(1.1, Math.max(-0.3, elevation));
  return {
    direction: [
      Math.sin(clampedAzimuth) * Math.cos(clampedElevation),
      Math.sin(clampedElevation),
      Math.cos(clampedAzimuth) * Math.cos(clampedElevation),
    ],
    intensity: brightness * (1 - 0.55 * fill),
    ambient: brightness * 0.8 * fill,
    colour: [1 + warmth, 1, 1 - 1.3 * warmth],
    size: [random.uniform(0.1, 0.4), random.uniform(0.1, 0.4)],
  };
}
