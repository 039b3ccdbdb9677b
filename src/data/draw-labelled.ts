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
   * How crops vary; `false` leaves them as they are. Default: as {@link Augmentation} says, but with a `resample` of 0 and without `flip`, as
   * a mirrored digit or gaze is of another class.
   */
  readonly augment?: Augmentation | false;
}

/**
 * A batch of pictures with their classes: `labels[i]` is where `labels.name` of the crop is in `classes`. Crops are drawn evenly, none
 * twice as long as the pool has enough; a pure function of what the pool holds at the call, the seed and the step. The work is cut
 * into slices of about 2 ms.
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
 * @throws IrisflowError `INPUT` where the pool is empty, or a crop is of no class or of none of these; `USAGE` for an option out
 * of its range
 */
export async function drawLabelled(
  pool: CropPool,
  count: number,
  classes: readonly string[],
  options: DrawLabelledOptions,
): Promise<Required<DrawnPictures>> {
  const { seed, augment, augmentSeed = seed } = options;
  const place = { seed, step: integerOption('step', options.step, 0, Number.MAX_SAFE_INTEGER) };
  const variation = { ...place, seed: augmentSeed };
  const amounts = augment === false ? undefined : checkAugmentation(augment ?? { resample: 0, flip: false });
  const chosen = chooseCrops(pool, integerOption('count', count, 0), 'labelled', place);
  const labels = Uint8Array.from(chosen, (crop) => classOf(crop, classes));
  return { synthetic: new Uint8Array(), real: await packPictures(chosen, amounts, 'labelled', variation), labels };
}

function classOf({ labels, source }: Frame, classes: readonly string[]): number {
  const name = labels?.name;
  const index = name === undefined ? -1 : classes.indexOf(name);
  if (index >= 0) return index;
  const named = classes.join(', ');
  throw new IrisflowError(
    'INPUT',
    name === undefined
      ? `a crop of ${source} is of no class: learn from a labelled source, such as folders named ${named}`
      : `a crop of ${source} is of class ${JSON.stringify(name)}, the classes are ${named}: leave it out, or add its class`,
  );
}
