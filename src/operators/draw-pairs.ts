/** Draws training batches of pairs. */
import { IrisflowError } from '../errors.js';
import { integerOption } from '../flow/options.js';
import type { DrawnPictures } from '../models/types.js';
import { checkAugmentation } from './augment.js';
import type { CropPool } from './crop-pool.js';
import type { DrawBatchOptions } from './draw-batch.js';
import { choose, pack } from './drawing.js';

/**
 * Pairs drawn from a pool whose crops have a `target`: the crops' pictures as `synthetic`, their targets as `real`. Both of a pair are
 * mirrored, zoomed, turned, sheared and shifted alike, neither is changed in light. Else as `drawBatch`.
 *
 * @example
 * ```ts
 * import { CropPool, drawPairs } from 'irisflow/operators';
 *
 * const pairs = new CropPool();
 * const [data, target] = [new Uint8Array(64 * 64 * 3), new Uint8Array(64 * 64 * 3)];
 * pairs.add({ data, target, width: 64, height: 64, time: 0, sequence: 0, source: 'eyes' });
 * const { synthetic, real } = await drawPairs(pairs, 16, { seed: 1, step: 0 });
 * console.log(synthetic.length, real.length);
 * ```
 *
 * @throws IrisflowError `INPUT` where the pool is empty or a crop has no target; `USAGE` for an option out of its range
 */
export async function drawPairs(pool: CropPool, count: number, options: DrawBatchOptions): Promise<DrawnPictures> {
  const { seed, augment } = options;
  const step = integerOption('step', options.step, 0, Number.MAX_SAFE_INTEGER);
  const amounts =
    augment === false ? undefined : { ...checkAugmentation(augment ?? { resample: 0.5 }), brightness: 0, noise: 0 };
  const crops = choose(pool, integerOption('count', count, 0), 'real', { seed, step });
  if (crops.some(({ target, data }) => target?.length !== data.length)) {
    throw new IrisflowError(
      'INPUT',
      'a crop has no target of its size: make pairs of the crops (toPairs) before they go into the pool',
    );
  }
  const draw = { seed, step };
  return {
    synthetic: await pack(crops, amounts, 'pair', draw),
    real: await pack(crops, amounts, 'pair', draw, ({ target }) => target as Uint8Array),
  };
}
