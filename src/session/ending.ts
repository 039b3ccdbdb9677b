/** What can end a session, as one promise. */
import { IrisflowError, messageOf } from '../errors.js';

/** Timers with a longer delay fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Settles once: `finish` when the work is done, `fail` when it cannot go on; `after` runs before the promise settles. */
export class Ending {
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
    this.ended ??= this.after().then(settle, (cause) => {
      this.settle.reject(new IrisflowError('SINK', `the session could not be saved: ${messageOf(cause)}`, { cause }));
    });
    clearTimeout(this.timer);
    return this.ended;
  }
}

/**
 * What must be closed when a session ends or does not come to be: the last opened first, every one of them, also where another
 * fails. Then {@link Closers.close} rejects with the first failure.
 */
export class Closers {
  private readonly closers: (() => Promise<void> | void)[] = [];

  add(close: () => Promise<void> | void): void {
    this.closers.push(close);
  }

  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
