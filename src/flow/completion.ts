/** The end of a long piece of work as one promise, whatever ends it. */
import { IrisflowError, messageOf } from '../errors.js';

/** Timers with a longer delay fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Settles once: `finish` when the work is done, `fail` when it cannot go on; `after` runs before the promise settles. */
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
    // Whoever does not ask for the outcome is not to be killed by it.
    this.done.catch(() => undefined);
  }

  /** Finishes after so many seconds. */
  limit(seconds: number | undefined): void {
    if (seconds === undefined) return;
    const end = performance.now() + seconds * 1000;
    const wait = () => {
      const left = end - performance.now();
      if (left > 0) this.timer = setTimeout(wait, Math.min(left, LONGEST_TIMER_MS));
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
