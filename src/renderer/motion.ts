/** The motion of an eye: gaze, blinks and slow drifts as pure functions of (seed, time in seconds). */
import { randomAt } from '../random.js';

/** The position of a minimum-jerk movement after the fraction `t` of its duration (Flash and Hogan, 1985). */
export function minimumJerk(t: number): number {
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  return t * t * t * (10 + t * (6 * t - 15));
}

/** A smooth random motion in [−1, 1] that moves to a new random target every `period` seconds. */
export function drift(seed: number, name: string, time: number, period: number): number {
  const place = time / period;
  const index = Math.floor(place);
  const from = randomAt(seed, name, index).uniform(-1, 1);
  const to = randomAt(seed, name, index + 1).uniform(-1, 1);
  return from + (to - from) * minimumJerk(place - index);
}

/** Length in seconds of a time slot, in which the gaze moves to a new target by a saccade or a pursuit. */
const SLOT = 0.75;
/** Amplitude of the eye's tremor during fixation, in radians. */
const TREMOR = 0.005;

/**
 * The gaze in radians within its ranges: fixations, saccades whose duration grows with their amplitude (the main sequence;
 * Bahill, Clark and Stark, 1975), and slow pursuits.
 */
export function gazeAt(
  seed: number,
  time: number,
  pitch: readonly [min: number, max: number],
  yaw: readonly [min: number, max: number],
): readonly [pitch: number, yaw: number] {
  const slot = Math.floor(time / SLOT);
  const target = (at: number) => {
    const random = randomAt(seed, 'gaze target', at);
    return [random.uniform(...pitch), random.uniform(...yaw)] as const;
  };
  const from = target(slot - 1);
  const to = target(slot);
  const random = randomAt(seed, 'gaze timing', slot);
  const degrees = (Math.hypot(to[0] - from[0], to[1] - from[1]) * 180) / Math.PI;
  const pursuit = random.uniform() < 0.2;
  const onset = pursuit ? 0 : random.uniform(0, 0.45) * SLOT;
  const duration = pursuit ? SLOT : (21 + 2.2 * degrees) / 1000;
  const done = minimumJerk((time - slot * SLOT - onset) / duration);
  const at = (i: 0 | 1, [min, max]: readonly [number, number], tremor: number) =>
    Math.min(max, Math.max(min, from[i] + (to[i] - from[i]) * done + TREMOR * tremor));
  return [at(0, pitch, drift(seed, 'tremble pitch', time, 0.31)), at(1, yaw, drift(seed, 'tremble yaw', time, 0.37))];
}

/** Durations of a blink's phases in seconds (Evinger, Manning and Sibony, 1991). */
const CLOSING = 0.09;
const CLOSED = 0.03;
const OPENING = 0.19;

/** Closure of the lids by a blink, 0 (open) to 1 (closed). Each interval of 60 / `rate` seconds has one blink. */
export function blinkAt(seed: number, time: number, rate: number): number {
  if (rate <= 0) return 0;
  const interval = 60 / rate;
  const index = Math.floor(time / interval);
  const start = (index + randomAt(seed, 'blink', index).uniform()) * interval;
  // A blink late in an interval ends in the next one.
  const before = (index - 1 + randomAt(seed, 'blink', index - 1).uniform()) * interval;
  return Math.max(blinkShape(time - start), blinkShape(time - before));
}

function blinkShape(time: number): number {
  if (time <= 0) return 0;
  if (time < CLOSING) return minimumJerk(time / CLOSING);
  if (time < CLOSING + CLOSED) return 1;
  return 1 - minimumJerk((time - CLOSING - CLOSED) / OPENING);
}
