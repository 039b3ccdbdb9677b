/** The speed and the remaining time of a training, for a progress bar. */
import { Rate } from '../flow/rate.js';

/** The limits that end a training. With both, the first one that is reached ends it. */
export interface Limits {
  /** Number of steps of this session. */
  readonly steps?: number;
  /** Seconds since the session was opened. */
  readonly duration?: number;
}

/** Speed and remaining time as text; a dash where one is not known yet. */
export interface PaceWords {
  readonly rate: string;
  readonly left: string;
}

/** Measures the steps per second over the last seconds, so that reading and compiling before the first step do not count. */
export class Pace {
  private readonly rate = new Rate();

  /** `opened` is the time at which the session was opened, in milliseconds of `performance.now()`. */
  constructor(
    private readonly limits: Limits,
    private readonly opened = performance.now(),
  ) {}

  /** Call it after each step. `done` is the number of steps that this session has made. */
  step(done: number, now = performance.now()): PaceWords {
    this.rate.tick(now);
    const perSecond = this.rate.perSecond(now);
    const { steps = Number.POSITIVE_INFINITY, duration = Number.POSITIVE_INFINITY } = this.limits;
    const bySteps = Math.max(0, steps - done) / perSecond;
    const byTime = Math.max(0, duration - (now - this.opened) / 1000);
    // It is 0 / 0 where the session has a single step.
    const left = Math.min(Number.isNaN(bySteps) ? 0 : bySteps, byTime);
    return { rate: perSecond > 0 ? perSecond.toFixed(1) : '–', left: Number.isFinite(left) ? inWords(left) : '–' };
  }
}

/** `40s`, `2m05s`, `1h03m`. */
export function inWords(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  if (h > 0) return `${h}h${two(m)}m`;
  return m > 0 ? `${m}m${two(s)}s` : `${s}s`;
}
