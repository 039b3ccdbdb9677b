/** The vocabulary for overload, used by every operator and sink that can be slower than its source. */

/**
 * - `latest` at most one value waits; a newer one replaces it
 * - `drop-oldest` up to `capacity` wait; the oldest makes room
 * - `drop-newest` up to `capacity` wait; the newcomer is dropped
 * - `block` nothing is lost: while `capacity` or more wait, the source is held (see `Flow` in frame.ts)
 * - `error` the stream fails with `OVERFLOW` when `capacity` is exceeded
 */
export type Overflow = 'latest' | 'drop-oldest' | 'drop-newest' | 'block' | 'error';

/** What happened at one stage. At every moment `in = out + dropped + failed + inFlight`. */
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
