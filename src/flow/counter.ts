/** Counts the values that enter a stage by what happens to them. */
import type { StageCounts } from './overflow.js';

/**
 * A running {@link StageCounts}. Each method moves one value (or `count` values) from one count to another, so that
 * `in = out + dropped + failed + inFlight` holds between any two calls. A counter that is passed to several stages or
 * subscriptions counts all of them together.
 */
export class Counter implements StageCounts {
  #in = 0;
  #out = 0;
  #dropped = 0;
  #failed = 0;
  #inFlight = 0;

  /** Values that came in. */
  get in(): number {
    return this.#in;
  }
  /** Values that went out. */
  get out(): number {
    return this.#out;
  }
  /** Values that were dropped. */
  get dropped(): number {
    return this.#dropped;
  }
  /** Values that failed. */
  get failed(): number {
    return this.#failed;
  }
  /** Values that wait or are being worked on. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Counts a value that entered and is in flight. */
  enter(): void {
    this.#in++;
    this.#inFlight++;
  }

  /** Counts a value in flight as emitted. */
  leave(): void {
    this.#inFlight--;
    this.#out++;
  }

  /** Counts values in flight as dropped. */
  drop(count = 1): void {
    this.#inFlight -= count;
    this.#dropped += count;
  }

  /** Counts a value in flight as failed. */
  fail(): void {
    this.#inFlight--;
    this.#failed++;
  }

  /** The counts now, as plain data. */
  snapshot(): StageCounts {
    return { in: this.#in, out: this.#out, dropped: this.#dropped, failed: this.#failed, inFlight: this.#inFlight };
  }
}
