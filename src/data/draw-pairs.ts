/** Draws training batches of pairs from one pool. */
import { IrisflowError } from '../errors.js';
import { integerOption } from '../flow/options.js';
import type { Frame } from '../frame.js';
import type { Picture } from '../geometry/warp.js';
import type { DrawnPictures } from '../models/types.js';
import { type Augmentation, checkAugmentation } from './augmentation.js';
import type { CropPool } from './crop-pool.js';
import type { DrawBatchOptions } from './draw-batch.js';
import { chooseCrops, packPictures } from './drawn-crops.js';

/** Options of {@link drawPairs}. */
export interface DrawPairsOptions extends Omit<DrawBatchOptions, 'augment'> {
  /**
   * How pairs are augmented; `false` leaves them unchanged. Input and target are transformed equally, and `brightness` and `noise` are
   * ignored, because they would change the relation between the two. Default: the defaults of {@link Augmentation}, but with a
   * `resample` of 0, because the inputs at inference are not smoothed either.
   */
  readonly augment?: Augmentation | false;
}

/**
 * Draws a batch of pairs: `synthetic[i]` is the network's input, `real[i]` the target of the same crop, augmented equally. Crops are
 * drawn uniformly, none twice as long as the pool has enough. The batch is a pure function of the content of the pool at the call, the
 * seed and the step. The work is split into slices of about 2 ms.
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { CropPool, drawPairs } from 'irisflow/data';
 * import { toPairs } from 'irisflow/operators';
 *
 * const pool = new CropPool();
 * const eye = { data: new Uint8Array(64 * 64 * 3), width: 64, height: 64, time: 0, sequence: 0, source: 'eyes' };
 * of(eye).pipe(toPairs('edges')).subscribe((pair) => pool.add(pair));
 * const { synthetic, real } = await drawPairs(pool, 8, { seed: 1, step: 0 });
 * console.log(synthetic.length === real.length);
 * ```
 *
 * @throws IrisflowError `INPUT` where the pool is empty, or a crop has no target of its size; `USAGE` for an option out of its range
 */
export async function drawPairs(pool: CropPool, count: number, options: DrawPairsOptions): Promise<DrawnPictures> {
  const { seed, augment, augmentSeed = seed } = options;
  const choice = { seed, step: integerOption('step', options.step, 0, Number.MAX_SAFE_INTEGER) };
  const augmentation = { ...choice, seed: augmentSeed };
  const amounts =
    augment === false ? undefined : { ...checkAugmentation(augment ?? { resample: 0 }), brightness: 0, noise: 0 };
  const chosen = chooseCrops(pool, integerOption('count', count, 0), 'paired', choice);
  const targets = chosen.map(targetOf);
  return {
    synthetic: await packPictures(chosen, amounts, 'paired', augmentation),
    real: await packPictures(targets, amounts, 'paired', augmentation),
  };
}

function targetOf({ target, width, height, source }: Frame): Picture {
  if (target?.length === width * height * 3) return { data: target, width, height };
  throw new IrisflowError(
    'INPUT',
    target
      ? `a crop of ${source} and its target differ in size: give a target of ${width}×${height} pixels, as the crop`
      : `a crop of ${source} has no target: make pairs of crops (edges, grey, blur, mask), or read them from two folders`,
  );
}
