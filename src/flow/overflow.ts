/** Back-pressure policies and counts of every operator and sink that can be slower than its source. */

/**
 * What happens to a value that arrives while all workers are busy:
 *
 * - `latest` at most one value waits; a newer one replaces it
 * - `drop-oldest` up to `capacity` values wait; if there are more, the oldest is dropped
 * - `drop-newest` up to `capacity` values wait; a value that arrives then is dropped
 * - `block` no value is dropped: while `capacity` or more wait, the source is paused (see `Flow` in frame.ts)
 * - `error` the stream fails with `OVERFLOW` when more than `capacity` would wait
 */
export type Overflow = 'latest' | 'drop-oldest' | 'drop-newest' | 'block' | 'error';

/** Counts of the values of one stage. At every moment `in = out + dropped + failed + inFlight`. */
export interface StageCounts {
  /** Values that came in. */
  readonly in: number;
  /** Values that went out. */
  readonly out: number;
  /** Values that were dropped. */
  readonly dropped: number;
  /** Values that failed. */
  readonly failed: number;
  /** Values that wait or are being worked on. */
  readonly inFlight: number;
}
