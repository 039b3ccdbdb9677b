/** One promise for the end of a long task, with a time limit and a clean-up step before it settles. */
import { IrisflowError, messageOf } from '../errors.js';

/** Node's longest timer delay; longer ones fire immediately. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A promise that settles once: call `finish` when the task is done and `fail` on an error. `after` runs before it settles. */
export class Completion {
  readonly done: Promise<void>;
  private settle: { resolve(): void; reject(error: unknown): void } = {
    resolve: () => undefined,
    reject: () => undefined,
  };
  private ended: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly after: () => Promise<void>) {
    this.done = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    // Callers that do not await `done` must not get an unhandled rejection.
    this.done.catch(() => undefined);
  }

  /** Calls `finish` after this many seconds; `undefined` sets no limit. */
  limit(seconds: number | undefined): void {
    if (seconds === undefined) return;
    const end = performance.now() + seconds * 1000;
    const wait = () => {
      const remaining = end - performance.now();
      if (remaining > 0) this.timer = setTimeout(wait, Math.min(remaining, LONGEST_TIMER_MS));
      else void this.finish();
    };
    wait();
  }

  finish(): Promise<void> {
    return this.end(() => this.settle.resolve());
  }

  fail(error: unknown): Promise<void> {
    return this.end(() => this.settle.reject(error));
  }

  private end(settle: () => void): Promise<void> {
    // Later, so that what `after` itself brings to its end finds that the end has begun.
    this.ended ??= Promise.resolve()
      .then(this.after)
      .then(settle, (cause) => {
        this.settle.reject(new IrisflowError('SINK', `the session could not be saved: ${messageOf(cause)}`, { cause }));
      });
    clearTimeout(this.timer);
    return this.ended;
  }
}
