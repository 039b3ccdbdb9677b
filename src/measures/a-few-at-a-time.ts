/** Goes through a set of pictures a few at a time, so that networks do not keep the thread from everything else. */
import { setImmediate } from 'node:timers/promises';

/** What work on many pictures tells and heeds. */
export interface ManyPicturesOptions {
  /** Ends the work early: the promise rejects with the reason of the signal. */
  readonly signal?: AbortSignal;
  /** Told how many pictures are done. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Calls `visit` for pictures `from` to `to` − 1, so many at a time and fewer at the end, in order. Before each call the event loop gets
 * its turn and the signal is heeded.
 */
export async function aFewAtATime(
  count: number,
  few: number,
  visit: (from: number, to: number) => Promise<void>,
  { signal, onProgress }: ManyPicturesOptions = {},
): Promise<void> {
  for (let from = 0; from < count; from += few) {
    await setImmediate();
    signal?.throwIfAborted();
    const to = Math.min(count, from + few);
    await visit(from, to);
    onProgress?.(to);
  }
}
