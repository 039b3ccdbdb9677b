/** Refines a whole set of pictures, a few at a time. */
import { setImmediate } from 'node:timers/promises';
import type { RunningRefiner } from '../models/types.js';
import { type Pictures, pictureBytes } from './pictures.js';

/** The largest batch that refiners are compiled for. */
const BATCH = 8;

export interface RefineAllOptions {
  readonly signal?: AbortSignal;
  /** Told how many pictures are done. */
  readonly onProgress?: (done: number) => void;
}

/** R of each picture, in their order. The event loop gets its turn, and the signal is heeded, after every few of them. */
export async function refineAll(
  refiner: Pick<RunningRefiner, 'refine'>,
  pictures: Pictures,
  { signal, onProgress }: RefineAllOptions = {},
): Promise<Uint8Array> {
  const bytes = pictureBytes(pictures);
  const refined = new Uint8Array(pictures.data.length);
  for (let done = 0; done < pictures.count; done += BATCH) {
    await setImmediate();
    signal?.throwIfAborted();
    const count = Math.min(BATCH, pictures.count - done);
    const part = pictures.data.subarray(done * bytes, (done + count) * bytes);
    refined.set(await refiner.refine(part, count), done * bytes);
    onProgress?.(done + count);
  }
  return refined;
}
