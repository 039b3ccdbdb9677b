/** Chooses crops of a pool at random and packs them, varied, into one batch. */
import { setImmediate } from 'node:timers/promises';
import { IrisflowError } from '../errors.js';
import type { Frame } from '../frame.js';
import type { Picture } from '../geometry/warp.js';
import { randomAt } from '../random.js';
import { augmentInto, type FullAugmentation } from './augmentation.js';
import type { CropPool } from './crop-pool.js';

/** Which batch it is. */
export interface BatchPlace {
  readonly seed: number;
  readonly step: number;
}

/** The event loop gets its turn after this long. */
const SLICE_MS = 2;

/** `count` crops, none twice as long as the pool has enough. Throws `INPUT` where it has none. `name`: what they are. */
export function chooseCrops(pool: CropPool, count: number, name: string, { seed, step }: BatchPlace): Frame[] {
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
 * RGB bytes of pictures of one size, one after the other, each varied on its own where amounts are given. Equal `name`s vary pictures
 * equally. The work is cut into slices.
 */
export async function packPictures(
  pictures: readonly Picture[],
  amounts: FullAugmentation | undefined,
  name: string,
  { seed, step }: BatchPlace,
): Promise<Uint8Array> {
  const size = pictures[0] ? pictures[0].width * pictures[0].height * 3 : 0;
  const packed = new Uint8Array(pictures.length * size);
  let sliceEnd = performance.now() + SLICE_MS;
  for (const [i, picture] of pictures.entries()) {
    const place = packed.subarray(i * size, (i + 1) * size);
    if (amounts) augmentInto(place, picture, amounts, randomAt(seed, 'augment', name, step, i));
    else place.set(picture.data);
    if (performance.now() > sliceEnd) {
      await setImmediate();
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
  return packed;
}
