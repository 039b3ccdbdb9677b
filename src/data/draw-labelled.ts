/** Draws training batches of labelled pictures from one pool. */
import { IrisflowError } from '../errors.js';
import { integerOption } from '../flow/options.js';
import type { Frame } from '../frame.js';
import type { DrawnPictures } from '../models/types.js';
import { type Augmentation, checkAugmentation } from './augmentation.js';
import type { CropPool } from './crop-pool.js';
import type { DrawBatchOptions } from './draw-batch.js';
import { chooseCrops, packPictures } from './drawn-crops.js';

/** Options of {@link drawLabelled}. */
export interface DrawLabelledOptions extends Omit<DrawBatchOptions, 'augment'> {
  /**
   * How crops are augmented; `false` leaves them unchanged. Default: the defaults of {@link Augmentation}, but with a `resample` of 0 and
   * without `flip`, because a mirrored digit or gaze may belong to another class.
   */
  readonly augment?: Augmentation | false;
}

/**
 * Draws a batch of pictures with their classes: `labels[i]` is the index of the crop's `labels.name` in `classes`. Crops are drawn
 * uniformly, none twice as long as the pool has enough. The batch is a pure function of the content of the pool at the call, the seed and
 * the step. The work is split into slices of about 2 ms.
 *
 * @example
 * ```ts
 * import { CropPool, drawLabelled } from 'irisflow/data';
 *
 * const pool = new CropPool();
 * const picture = { data: new Uint8Array(28 * 28 * 3), width: 28, height: 28, time: 0, sequence: 0, source: 'digits' };
 * pool.add({ ...picture, labels: { name: '7' } });
 * const { real, labels } = await drawLabelled(pool, 64, ['0', '1', '7'], { seed: 1, step: 0 });
 * console.log(real.length, labels[0]);
 * ```
 *
 * @throws IrisflowError `INPUT` where the pool is empty, or a crop has no class or one that is not in `classes`; `USAGE` for an option
 * out of its range
 */
export async function drawLabelled(
  pool: CropPool,
  count: number,
  classes: readonly string[],
  options: DrawLabelledOptions,
): Promise<Required<DrawnPictures>> {
  const { seed, augment, augmentSeed = seed } = options;
  const choice = { seed, step: integerOption('step', options.step, 0, Number.MAX_SAFE_INTEGER) };
  const augmentation = { ...choice, seed: augmentSeed };
  const amounts = augment === false ? undefined : checkAugmentation(augment ?? { resample: 0, flip: false });
  const chosen = chooseCrops(pool, integerOption('count', count, 0), 'labelled', choice);
  const labels = Uint8Array.from(chosen, (crop) => classOf(crop, classes));
  return { synthetic: new Uint8Array(), real: await packPictures(chosen, amounts, 'labelled', augmentation), labels };
}

function classOf({ labels, source }: Frame, classes: readonly string[]): number {
  const name = labels?.name;
  const index = name === undefined ? -1 : classes.indexOf(name);
  if (index >= 0) return index;
  const named = classes.join(', ');
  throw new IrisflowError(
    'INPUT',
    name === undefined
      ? `a crop of ${source} has no class: use a labelled source, such as folders named ${named}`
      : `a crop of ${source} has the class ${JSON.stringify(name)}, but the classes are ${named}: leave it out, or add its class`,
  );
}
