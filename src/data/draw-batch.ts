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
  /** Seeds their variation. Default: `seed`. */
  readonly augmentSeed?: number;
  /** Which batch it is: 0, 1, 2 … */
  readonly step: number;
  /**
   * How the crops vary; `false` leaves them as they are. Default: as {@link Augmentation} says, but with a `resample` of 0.5 for synthetic
   * crops and of 0 for real ones: a refiner that only ever saw smoothed noise and texture would learn to smooth.
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
 * One training batch: crops drawn evenly from each pool (no crop twice, as long as the pool has enough), each varied on its
 * own. It is a pure function of what the pools hold at the call, the seed and the step: whoever resumes at a step draws what
 * who never stopped would have drawn. The work is cut into slices of about 2 ms, so that nothing else has to wait for it.
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
 * @throws IrisflowError `INPUT` where a pool that must give crops is empty, or the pools' crops differ in size;
 * `USAGE` for an option out of its range
 */
export async function drawBatch(
  synthetic: CropPool,
  real: CropPool,
  requires: BatchSize,
  options: DrawBatchOptions,
): Promise<TrainingBatch> {
  const { seed, augment, augmentSeed = seed } = options;
  const place = { seed, step: integerOption('step', options.step, 0, Number.MAX_SAFE_INTEGER) };
  const variation = { ...place, seed: augmentSeed };
  const amounts = (resample: number) => (augment === false ? undefined : checkAugmentation(augment ?? { resample }));
  // Both choices are made before the first pause: a pool may change during it.
  const chosen = {
    synthetic: chooseCrops(synthetic, integerOption('synthetic', requires.synthetic, 0), 'synthetic', place),
    real: chooseCrops(real, integerOption('real', requires.real, 0), 'real', place),
  };
  const [a, b] = [chosen.synthetic[0], chosen.real[0]];
  if (a && b && (a.width !== b.width || a.height !== b.height)) {
    throw new IrisflowError(
      'INPUT',
      `synthetic crops are ${a.width}×${a.height} and real crops ${b.width}×${b.height}: crop both streams to one size`,
    );
  }
  return {
    synthetic: await packPictures(chosen.synthetic, amounts(0.5), 'synthetic', variation),
    real: await packPictures(chosen.real, amounts(0), 'real', variation),
  };
}
