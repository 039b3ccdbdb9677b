/** When to try again: soon at first, then less and less often. */

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

export class Backoff {
  #failures = 0;

  /** Milliseconds to wait now; a part of it is random, so that many pages do not come back at once. */
  next(): number {
    const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures++);
    return wait * (0.75 + Math.random() / 4);
  }

  reset(): void {
    this.#failures = 0;
  }
}
