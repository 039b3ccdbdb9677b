/** What all draws of batches share: which crops, and how they vary. */
import { setImmediate } from 'node:timers/promises';
import { IrisflowError } from '../errors.js';
import type { Frame } from '../frame.js';
import { randomAt } from '../random.js';
import { augmentInto, type FullAugmentation } from './augment.js';
import type { CropPool } from './crop-pool.js';

/** Which draw it is: a pure function of this and what the pools hold. */
export interface Draw {
  readonly seed: number;
  readonly step: number;
}

/** The event loop gets its turn after this long. */
const SLICE_MS = 2;

/** As many crops of a pool, chosen evenly; none twice, as long as it has enough. */
export function choose(pool: CropPool, count: number, name: string, { seed, step }: Draw): Frame[] {
  const { crops } = pool;
  if (count > 0 && crops.length === 0) {
    throw new IrisflowError('INPUT', `there is no ${name} crop to train on yet: wait until its pool holds one`);
  }
  const random = randomAt(seed, 'batch', name, step);
  const indices =
    count <= crops.length
      ? random.sample(count, crops.length)
      : Array.from({ length: count }, () => random.integer(crops.length));
  return indices.map((index) => crops[index] as Frame);
}

/**
 * The pictures of crops one after the other, each varied on its own; with other `pictures` of the same crops, those are varied in the
 * same way. Without `amounts` they stay as they are.
 */
export async function pack(
  crops: readonly Frame[],
  amounts: FullAugmentation | undefined,
  name: string,
  { seed, step }: Draw,
  pictures: (crop: Frame) => Uint8Array = ({ data }) => data,
): Promise<Uint8Array> {
  const size = crops[0] ? crops[0].width * crops[0].height * 3 : 0;
  const packed = new Uint8Array(crops.length * size);
  let sliceEnd = performance.now() + SLICE_MS;
  for (const [i, crop] of crops.entries()) {
    const place = packed.subarray(i * size, (i + 1) * size);
    const { width, height } = crop;
    const data = pictures(crop);
    if (amounts) augmentInto(place, { data, width, height }, amounts, randomAt(seed, 'augment', name, step, i));
    else place.set(data);
    if (performance.now() > sliceEnd) {
      await setImmediate();
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
  return packed;
}
