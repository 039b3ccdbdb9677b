/** How an eye moves: gaze, blinks and slow drifts, each a pure function of (seed, time in seconds). */
import { randomAt } from '../random.js';

/** The position of a minimum-jerk movement at part `t`, 0 to 1, of its time (Flash and Hogan, 1985). */
export function minimumJerk(t: number): number {
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  return t * t * t * (10 + t * (6 * t - 15));
}

/** A smooth wander in about [−1, 1] that takes a new course every `period` seconds; near its mean most of the time. */
export function drift(seed: number, name: string, time: number, period: number): number {
  const place = time / period;
  const index = Math.floor(place);
  const from = randomAt(seed, name, index).uniform(-1, 1);
  const to = randomAt(seed, name, index + 1).uniform(-1, 1);
  return from + (to - from) * minimumJerk(place - index);
}

/** One decision of the gaze a slot of this length: to look elsewhere, to follow something, or to stay. */
const SLOT = 0.75;
/** How far the eye drifts while it fixates, radians. */
const TREMBLE = 0.005;

/**
 * Gaze in its ranges, radians: fixations, saccades whose duration grows with their amplitude (the main sequence: Bahill,
 * Clark and Stark, 1975), and slow pursuits.
 */
export function gazeAt(
  seed: number,
  time: number,
  pitch: readonly [least: number, greatest: number],
  yaw: readonly [least: number, greatest: number],
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
  const at = (i: 0 | 1, [least, greatest]: readonly [number, number], tremble: number) =>
    Math.min(greatest, Math.max(least, from[i] + (to[i] - from[i]) * done + TREMBLE * tremble));
  return [at(0, pitch, drift(seed, 'tremble pitch', time, 0.31)), at(1, yaw, drift(seed, 'tremble yaw', time, 0.37))];
}

/** Blinks last this long: fast down, slower up (Evinger, Manning and Sibony, 1991). */
const CLOSING = 0.09;
const CLOSED = 0.03;
const OPENING = 0.19;

/** How closed a blink has the lids, 0 (open) to 1 (closed). One blink in each span of 60 / `rate` seconds. */
export function blinkAt(seed: number, time: number, rate: number): number {
  if (rate <= 0) return 0;
  const span = 60 / rate;
  const index = Math.floor(time / span);
  const start = (index + randomAt(seed, 'blink', index).uniform()) * span;
  // A blink late in a span ends in the next one.
  const before = (index - 1 + randomAt(seed, 'blink', index - 1).uniform()) * span;
  return Math.max(blinkShape(time - start), blinkShape(time - before));
}

function blinkShape(time: number): number {
  if (time <= 0) return 0;
  if (time < CLOSING) return minimumJerk(time / CLOSING);
  if (time < CLOSING + CLOSED) return 1;
  return 1 - minimumJerk((time - CLOSING - CLOSED) / OPENING);
}
