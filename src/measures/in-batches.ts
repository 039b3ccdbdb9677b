/** Processes a set of pictures in batches and yields to the event loop between them. */
import { setImmediate } from 'node:timers/promises';

/** Progress and abortion of work on many pictures. */
export interface ManyPicturesOptions {
  /** Aborts the work: the promise rejects with the reason of the signal. */
  readonly signal?: AbortSignal;
  /** Called with the number of finished pictures. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Calls `visit` for pictures `from` to `to` − 1 in order, `batch` of them at a time and fewer at the end. Before each call it yields to
 * the event loop and throws if the signal is aborted.
 */
export async function inBatches(
  count: number,
  batch: number,
  visit: (from: number, to: number) => Promise<void>,
  { signal, onProgress }: ManyPicturesOptions = {},
): Promise<void> {
  for (let from = 0; from < count; from += batch) {
    await setImmediate();
    signal?.throwIfAborted();
    const to = Math.min(count, from + batch);
    await visit(from, to);
    onProgress?.(to);
  }
}
