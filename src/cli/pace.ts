/** How fast a training goes and how much longer it takes, for a progress bar. */
import { Rate } from '../flow/rate.js';

/** What ends a training; with both, what comes first. */
export interface Limits {
  /** Steps of this session. */
  readonly steps?: number;
  /** Seconds, from the opening of the session. */
  readonly duration?: number;
}

/** Both in words; a dash where it is not known yet. */
export interface PaceWords {
  readonly rate: string;
  readonly left: string;
}

/** Steps a second over the last seconds, so that reading and compiling before the first step do not count. */
export class Pace {
  private readonly rate = new Rate();

  /** `now`: milliseconds, as of `performance.now()`. */
  constructor(
    private readonly limits: Limits,
    private readonly opened = performance.now(),
  ) {}

  /** After a step, of which this session has made `done` so far. */
  step(done: number, now = performance.now()): PaceWords {
    this.rate.tick(now);
    const perSecond = this.rate.perSecond(now);
    const { steps = Number.POSITIVE_INFINITY, duration = Number.POSITIVE_INFINITY } = this.limits;
    const bySteps = Math.max(0, steps - done) / perSecond;
    const byTime = Math.max(0, duration - (now - this.opened) / 1000);
    // 0 / 0 where the first step was the last.
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
