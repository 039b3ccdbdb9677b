/** Draws training batches of labelled pictures. */
import { IrisflowError } from '../errors.js';
import { integerOption } from '../flow/options.js';
import type { DrawnPictures } from '../models/types.js';
import { checkAugmentation } from './augment.js';
import type { CropPool } from './crop-pool.js';
import type { DrawBatchOptions } from './draw-batch.js';
import { choose, pack } from './drawing.js';

/**
 * Pictures as `real` and the class of each as `labels`: where `labels.name` of its crop stands in `classes`. Crops are varied as
 * `augment` says, and not at all without it, since a mirrored digit or gaze is of another class. Else as `drawBatch`.
 *
 * @example
 * ```ts
 * import { CropPool, drawLabelled } from 'irisflow/operators';
 *
 * const pool = new CropPool();
 * const eye = { data: new Uint8Array(64 * 64 * 3), width: 64, height: 64, time: 0, sequence: 0, source: 'eyes' };
 * pool.add({ ...eye, labels: { name: 'left' } });
 * const { labels } = await drawLabelled(pool, 16, ['left', 'right'], { seed: 1, step: 0 });
 * console.log(labels);
 * ```
 *
 * @throws IrisflowError `INPUT` where the pool is empty or a crop is of no class; `USAGE` for an option out of its range
 */
export async function drawLabelled(
  pool: CropPool,
  count: number,
  classes: readonly string[],
  options: DrawBatchOptions,
): Promise<Required<Pick<DrawnPictures, 'real' | 'labels'>>> {
  const { seed, augment = false } = options;
  const step = integerOption('step', options.step, 0, Number.MAX_SAFE_INTEGER);
  const amounts = augment === false ? undefined : checkAugmentation(augment);
  const crops = choose(pool, integerOption('count', count, 0), 'real', { seed, step });
  const labels = crops.map(({ labels, source }) => {
    const label = classes.indexOf(labels?.name ?? '');
    if (label >= 0) return label;
    const found = labels?.name === undefined ? 'no label' : `the label ${JSON.stringify(labels.name)}`;
    throw new IrisflowError('INPUT', `a picture of ${source} has ${found}, known are ${classes.join(', ')}`);
  });
  return { real: await pack(crops, amounts, 'real', { seed, step }), labels: Uint8Array.from(labels) };
}
