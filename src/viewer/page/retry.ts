/** Exponential back-off with jitter. */

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

export class Backoff {
  #failures = 0;

  /** The next delay in milliseconds; a part of it is random, so that many pages do not reconnect at the same time. */
  next(): number {
    const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures++);
    return wait * (0.75 + Math.random() / 4);
  }

  reset(): void {
    this.#failures = 0;
  }
}
