/** Refines a set of pictures in batches. */
import type { RunningRefiner } from '../models/types.js';
import { inBatches, type ManyPicturesOptions } from './in-batches.js';
import { type Pictures, pictureBytes } from './pictures.js';

/** The largest batch that refiners are compiled for. */
const BATCH = 8;

/** The refined bytes of all pictures, in their order. */
export async function refineAll(
  refiner: Pick<RunningRefiner, 'refine'>,
  pictures: Pictures,
  options?: ManyPicturesOptions,
): Promise<Uint8Array> {
  const bytes = pictureBytes(pictures);
  const refined = new Uint8Array(pictures.data.length);
  const refine = async (from: number, to: number) => {
    const part = pictures.data.subarray(from * bytes, to * bytes);
    refined.set(await refiner.refine(part, to - from), from * bytes);
  };
  await inBatches(pictures.count, BATCH, refine, options);
  return refined;
}
