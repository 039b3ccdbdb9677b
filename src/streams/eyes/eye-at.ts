/** The endless film of synthetic eyes: what frame number n of a seed shows. */
import { IrisflowError } from '../../errors.js';
import { randomAt } from '../../random.js';
import { identityAt } from './identity.js';
import { blinkAt, drift, gazeAt } from './motion.js';
import type { EyeIdentity, EyeLight, EyeParameters } from './parameters.js';

/** What the film shows. */
export interface EyeFilmOptions {
  /**
   * Frames a second, which makes frame numbers times. 0: frames come as fast as they are taken, and film time runs at 30.
   * Default 30. Low rates make frames nearly independent: gaze goes elsewhere about every 0.75 seconds.
   */
  readonly fps?: number;
  /** `changing`: a new person, side and scene every `period` frames; `fixed`: one person, other eye every `period`. Default `changing`. */
  readonly identity?: 'fixed' | 'changing';
  /** Frames before the identity or side changes, 1 or more. Default 90. */
  readonly period?: number;
  /** Which eyes: `both` takes turns at random. Default `both`. */
  readonly side?: 'left' | 'right' | 'both';
  /** How far the gaze goes from straight ahead, in radians, 0 to 0.8: ±pitch, ±yaw. Default pitch 0.35, yaw 0.5. */
  readonly gaze?: { readonly pitch?: number; readonly yaw?: number };
  /** How far the face turns, in radians, 0 to 0.4, to each side. Default 0.15. */
  readonly head?: number;
  /** Least and greatest brightness of the light; 1 exposes a face well. Default [0.6, 1.2]. */
  readonly light?: readonly [least: number, greatest: number];
  /** Blinks a minute, 0 to 60. Default 15. */
  readonly blinkRate?: number;
  /** How much of the face the width spans, in inter-ocular distances, 0.4 to 1.2. Default 0.8, as eye crops are cut. */
  readonly span?: number;
}

export interface EyeFilm {
  readonly fps: number;
  readonly identity: 'fixed' | 'changing';
  readonly period: number;
  readonly side: 'left' | 'right' | 'both';
  readonly pitch: number;
  readonly yaw: number;
  readonly head: number;
  readonly light: readonly [number, number];
  readonly blinkRate: number;
  readonly span: number;
}

/** A grown-up's mean distance between the pupils, millimetres. */
const INTER_OCULAR = 62.5;
const NOMINAL_FPS = 30;

/** Options with defaults, checked. Throws `USAGE` naming the option that is wrong. */
export function eyeFilm(options: EyeFilmOptions = {}): EyeFilm {
  const film: EyeFilm = {
    fps: within('fps', options.fps ?? 30, 0, 1000),
    identity: oneOf('identity', options.identity ?? 'changing', ['fixed', 'changing']),
    period: within('period', options.period ?? 90, 1, Number.MAX_SAFE_INTEGER),
    side: oneOf('side', options.side ?? 'both', ['left', 'right', 'both']),
    pitch: within('gaze.pitch', options.gaze?.pitch ?? 0.35, 0, 0.8),
    yaw: within('gaze.yaw', options.gaze?.yaw ?? 0.5, 0, 0.8),
    head: within('head', options.head ?? 0.15, 0, 0.4),
    light: options.light ?? [0.6, 1.2],
    blinkRate: within('blinkRate', options.blinkRate ?? 15, 0, 60),
    span: within('span', options.span ?? 0.8, 0.4, 1.2),
  };
  if (!Number.isInteger(film.period)) throw wrong('period', film.period, 'an integer');
  const [least, greatest] = film.light;
  if (!(least > 0 && least <= greatest && greatest <= 4)) {
    throw wrong('light', film.light, 'two numbers above 0 and up to 4, the smaller first');
  }
  return film;
}

/**
 * What frame `index` of the film shows: a pure function, so a frame can be made again by its number. Gaze, blinks, light and
 * head move smoothly from one number to the next, except where the identity or side changes.
 *
 * @param seed an integer
 * @param index an integer from 0
 */
export function eyeAt(seed: number, index: number, options?: EyeFilmOptions): EyeParameters {
  return filmedEye(seed, index, eyeFilm(options));
}

let remembered: { seed: number; number: number; identity: EyeIdentity } | undefined;

/** {@link eyeAt} with options already checked. */
export function filmedEye(seed: number, index: number, film: EyeFilm): EyeParameters {
  const time = index / (film.fps === 0 ? NOMINAL_FPS : film.fps);
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
  const gaze = gazeAt(seed, time, [film.pitch, film.yaw]);
  const blink = blinkAt(seed, time, film.blinkRate);
  const turn = (part: number, name: string, period: number) =>
    film.head * Math.max(-1, Math.min(1, 0.7 * part + 0.6 * drift(seed, name, time, period)));
  return {
    identity: remembered.identity,
    side: film.side === 'both' ? (randomAt(seed, 'eye side', view).uniform() < 0.5 ? 'right' : 'left') : film.side,
    gaze: [gaze[0] * film.pitch, gaze[1] * film.yaw],
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

function within(name: string, value: number, least: number, greatest: number): number {
  if (typeof value === 'number' && value >= least && value <= greatest) return value;
  throw wrong(name, value, `a number from ${least} to ${greatest}`);
}

function oneOf<T extends string>(name: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw wrong(name, value, `one of ${allowed.join(', ')}`);
}

function wrong(name: string, value: unknown, allowed: string): IrisflowError {
  return new IrisflowError('USAGE', `option ${name} is ${JSON.stringify(value)}; it must be ${allowed}`);
}
