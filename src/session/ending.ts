/** What can end a session, as one promise. */
import { IrisflowError } from '../errors.js';

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
    if (seconds !== undefined) this.timer = setTimeout(() => void this.finish(), seconds * 1000);
  }

  finish(): Promise<void> {
    return this.end(() => this.settle.resolve());
  }

  fail(error: unknown): Promise<void> {
    return this.end(() => this.settle.reject(error));
  }

  private end(settle: () => void): Promise<void> {
    this.ended ??= this.after().then(settle, (error) => {
      this.settle.reject(
        new IrisflowError('SINK', `the session could not be saved: ${error instanceof Error ? error.message : error}`, {
          cause: error,
        }),
      );
    });
    clearTimeout(this.timer);
    return this.ended;
  }
}
