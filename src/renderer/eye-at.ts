/** The endless film of synthetic eyes: what frame number n of a seed shows. */
import { randomAt } from '../random.js';
import { oneOf, whole, within, wrong } from './check.js';
import { identityAt } from './identity.js';
import { blinkAt, drift, gazeAt } from './motion.js';
import type { EyeIdentity, EyeLight, EyeParameters } from './parameters.js';

/** An angle a for −a … a, or the least and the greatest, radians. */
export type AngleRange = number | readonly [least: number, greatest: number];

/** What the film shows. */
export interface EyeFilmOptions {
  /** Frames a second, 0 to 1000. 0: frames come as fast as they are taken. Default 30. */
  readonly fps?: number;
  /**
   * Seconds of film from one frame to the next, 0.001 to 3600. Default 1 / `fps`, or 1/30 with `fps: 0`. The gaze goes
   * elsewhere about every 0.75 seconds, so from 1.5 on frames are independent of each other, as training from pictures wants.
   */
  readonly step?: number;
  /** `changing`: a new person, side and scene every `period` frames; `fixed`: one person, other eye every `period`. Default `changing`. */
  readonly identity?: 'fixed' | 'changing';
  /** Frames before the identity or side changes, 1 or more. Default 90. */
  readonly period?: number;
  /** Which eyes: `both` takes turns at random. Default `both`. */
  readonly side?: 'left' | 'right' | 'both';
  /**
   * Where the gaze goes, in radians: a number a for −a … a, or the least and the greatest, each −0.8 to 0.8. Evenly spread
   * over the range. Default pitch 0.35, yaw 0.5.
   */
  readonly gaze?: { readonly pitch?: AngleRange; readonly yaw?: AngleRange };
  /** How far the face turns, in radians, 0 to 0.4, to each side. Default 0.15. */
  readonly head?: number;
  /** Least and greatest brightness of the light; 1 exposes a face well. Default [0.6, 1.2]. */
  readonly light?: readonly [least: number, greatest: number];
  /** Blinks a minute, 0 to 60. Default 15. */
  readonly blinkRate?: number;
  /** How much of the face the width spans, in inter-ocular distances, 0.4 to 1.2. Default 0.8, as eye crops are cut. */
  readonly span?: number;
}

/** The options of a film, complete and checked. */
export interface EyeFilm extends Required<Omit<EyeFilmOptions, 'gaze'>> {
  readonly pitch: readonly [least: number, greatest: number];
  readonly yaw: readonly [least: number, greatest: number];
}

/** A grown-up's mean distance between the pupils, millimetres. */
const INTER_OCULAR = 62.5;

/** Options with defaults, checked. Throws `USAGE` naming the option that is wrong. */
export function eyeFilm(options: EyeFilmOptions = {}): EyeFilm {
  const fps = within('fps', options.fps ?? 30, 0, 1000);
  const [least, greatest] = options.light ?? [0.6, 1.2];
  if (!(least > 0 && least <= greatest && greatest <= 4)) {
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
    light: [least, greatest],
    blinkRate: within('blinkRate', options.blinkRate ?? 15, 0, 60),
    span: within('span', options.span ?? 0.8, 0.4, 1.2),
  };
}

function angles(name: string, range: AngleRange): readonly [number, number] {
  const [least, greatest] = typeof range === 'number' ? [-range, range] : range;
  if (least >= -0.8 && least <= greatest && greatest <= 0.8) return [least, greatest];
  throw wrong(name, range, 'a number from 0 to 0.8, or two from -0.8 to 0.8, the smaller first');
}

/**
 * What frame `index` of the film shows: a pure function, so a frame can be made again by its number. Gaze, blinks, light and
 * head move smoothly from one number to the next, except where the identity or side changes.
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

let remembered: { seed: number; number: number; identity: EyeIdentity } | undefined;

/** {@link eyeAt} with options already checked. */
export function filmedEye(seed: number, index: number, film: EyeFilm): EyeParameters {
  const time = index * film.step;
  const view = Math.floor(index / film.period);
  const person = film.identity === 'fixed' ? 0 : view;
  if (remembered?.seed !== seed || remembered.number !== person) {
    remembered = { seed, number: person, identity: identityAt(seed, person) };
  }
  const chance = randomAt(seed, 'eye view', person);
  const base = { pitch: chance.normal(0, 0.4), yaw: chance.normal(0, 0.5), roll: chance.normal(0, 0.4) };
  const frame = {
    x: chance.normal(0, 0.7),
    y: chance.normal(0, 0.7),
    zoom: Math.exp(chance.normal(0, 0.04)),
    openness: chance.uniform(0.85, 1.08),
    pupil: chance.uniform(1.4, 2.9),
  };
  const gaze = gazeAt(seed, time, film.pitch, film.yaw);
  const blink = blinkAt(seed, time, film.blinkRate);
  const turn = (part: number, name: string, period: number) =>
    film.head * Math.max(-1, Math.min(1, 0.7 * part + 0.6 * drift(seed, name, time, period)));
  return {
    identity: remembered.identity,
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
    span: film.span * INTER_OCULAR * frame.zoom,
    light: lightAt(seed, person, time, film.light),
  };
}

function lightAt(seed: number, scene: number, time: number, [least, greatest]: readonly [number, number]): EyeLight {
  const chance = randomAt(seed, 'eye light', scene);
  const azimuth = chance.normal(0, 0.7) + 0.25 * drift(seed, 'lamp azimuth', time, 4.1);
  const elevation = chance.normal(0.5, 0.3) + 0.15 * drift(seed, 'lamp elevation', time, 5.3);
  const middle = (chance.uniform() + 0.15 * drift(seed, 'lamp brightness', time, 6.1) + 0.15) / 1.3;
  const brightness = least + (greatest - least) * Math.min(1, Math.max(0, middle));
  const fill = chance.uniform(0.2, 0.7);
  const warmth = chance.normal(0, 0.09);
  const aside = Math.min(1.25, Math.max(-1.25, azimuth));
  const up = Math.min(1.1, Math.max(-0.3, elevation));
  return {
    direction: [Math.sin(aside) * Math.cos(up), Math.sin(up), Math.cos(aside) * Math.cos(up)],
    intensity: brightness * (1 - 0.55 * fill),
    ambient: brightness * 0.8 * fill,
    colour: [1 + warmth, 1, 1 - 1.3 * warmth],
    size: [chance.uniform(0.1, 0.4), chance.uniform(0.1, 0.4)],
  };
}
