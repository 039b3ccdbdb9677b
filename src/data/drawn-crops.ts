/** Chooses crops of a pool at random, augments them and packs them into one batch. */
import { setImmediate } from 'node:timers/promises';
import { IrisflowError } from '../errors.js';
import type { Frame } from '../frame.js';
import type { Picture } from '../geometry/warp.js';
import { randomAt } from '../random.js';
import { augmentInto, type FullAugmentation } from './augmentation.js';
import type { CropPool } from './crop-pool.js';

/** What identifies a batch among all random draws. */
export interface BatchKey {
  readonly seed: number;
  readonly step: number;
}

/** The work is interrupted for the event loop after this time. */
const SLICE_MS = 2;

/**
 * Chooses `count` crops, none twice as long as the pool has enough. `name` identifies the pool in the random draw and in the message.
 * Throws `INPUT` where the pool is empty.
 */
export function chooseCrops(pool: CropPool, count: number, name: string, { seed, step }: BatchKey): Frame[] {
  const { crops } = pool;
  if (count > 0 && crops.length === 0) {
    throw new IrisflowError('INPUT', `the pool of ${name} crops is empty: draw a batch after a crop was added`);
  }
  const random = randomAt(seed, 'batch', name, step);
  const indices =
    count <= crops.length
      ? random.sample(count, crops.length)
      : Array.from({ length: count }, () => random.integer(crops.length));
  return indices.map((index) => crops[index] as Frame);
}

/**
 * Packs the RGB bytes of pictures of one size one after the other. Where amounts are given, each picture is augmented independently;
 * calls with an equal `name` draw equal augmentations. The work is split into slices.
 */
export async function packPictures(
  pictures: readonly Picture[],
  amounts: FullAugmentation | undefined,
  name: string,
  { seed, step }: BatchKey,
): Promise<Uint8Array> {
  const size = pictures[0] ? pictures[0].width * pictures[0].height * 3 : 0;
  const packed = new Uint8Array(pictures.length * size);
  let sliceEnd = performance.now() + SLICE_MS;
  for (const [i, picture] of pictures.entries()) {
    const out = packed.subarray(i * size, (i + 1) * size);
    if (amounts) augmentInto(out, picture, amounts, randomAt(seed, 'augment', name, step, i));
    else out.set(picture.data);
    if (performance.now() > sliceEnd) {
      await setImmediate();
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
  return packed;
}
