/** Draws training batches from two pools of crops. */
import { IrisflowError } from '../errors.js';
import { integerOption } from '../flow/options.js';
import type { TrainingBatch } from '../models/types.js';
import { type Augmentation, checkAugmentation } from './augmentation.js';
import type { CropPool } from './crop-pool.js';
import { chooseCrops, packPictures } from './drawn-crops.js';

/** Options of {@link drawBatch}. */
export interface DrawBatchOptions {
  /** Seeds the choice of the crops. */
  readonly seed: number;
  /** Seeds their augmentation. Default: `seed`. */
  readonly augmentSeed?: number;
  /** Index of the batch: 0, 1, 2 … */
  readonly step: number;
  /**
   * How the crops are augmented; `false` leaves them unchanged. Default: the defaults of {@link Augmentation}, but with a `resample` of 0.5
   * for synthetic crops and of 0 for real ones: resampling smooths noise and texture, and the refiner would learn to smooth.
   */
  readonly augment?: Augmentation | false;
}

/** How many pictures of each kind a batch has. */
export interface BatchSize {
  /** Synthetic crops to draw. */
  readonly synthetic: number;
  /** Real crops to draw. */
  readonly real: number;
}

/**
 * Draws one training batch: crops chosen uniformly from each pool (no crop twice, as long as the pool has enough), each augmented
 * independently. The batch is a pure function of the content of the pools at the call, the seed and the step, so a training that resumes
 * at a step draws the same batch as one that was never stopped. The work is split into slices of about 2 ms, so that it does not block
 * the event loop.
 *
 * @example
 * ```ts
 * import { CropPool, drawBatch } from 'irisflow/data';
 *
 * const [synthetic, real] = [new CropPool(), new CropPool()];
 * const eye = { data: new Uint8Array(64 * 64 * 3), width: 64, height: 64, time: 0, sequence: 0, source: 'eyes' };
 * synthetic.add(eye);
 * real.add(eye);
 * const batch = await drawBatch(synthetic, real, { synthetic: 16, real: 16 }, { seed: 1, step: 0 });
 * console.log(batch.synthetic.length / (64 * 64 * 3));
 * ```
 *
 * @throws IrisflowError `INPUT` where a pool that crops are drawn from is empty, or the pools' crops differ in size;
 * `USAGE` for an option out of its range
 */
export async function drawBatch(
  synthetic: CropPool,
  real: CropPool,
  requires: BatchSize,
  options: DrawBatchOptions,
): Promise<TrainingBatch> {
  const { seed, augment, augmentSeed = seed } = options;
  const choice = { seed, step: integerOption('step', options.step, 0, Number.MAX_SAFE_INTEGER) };
  const augmentation = { ...choice, seed: augmentSeed };
  const amounts = (resample: number) => (augment === false ? undefined : checkAugmentation(augment ?? { resample }));
  // Both choices are made before the first pause: a pool may change during it.
  const chosen = {
    synthetic: chooseCrops(synthetic, integerOption('synthetic', requires.synthetic, 0), 'synthetic', choice),
    real: chooseCrops(real, integerOption('real', requires.real, 0), 'real', choice),
  };
  const [a, b] = [chosen.synthetic[0], chosen.real[0]];
  if (a && b && (a.width !== b.width || a.height !== b.height)) {
    throw new IrisflowError(
      'INPUT',
      `synthetic crops are ${a.width}×${a.height} and real crops ${b.width}×${b.height}: crop both streams to one size`,
    );
  }
  return {
    synthetic: await packPictures(chosen.synthetic, amounts(0.5), 'synthetic', augmentation),
    real: await packPictures(chosen.real, amounts(0), 'real', augmentation),
  };
}
