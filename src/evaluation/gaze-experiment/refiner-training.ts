/** Trains a refiner on two sets of pictures, without labels. */
import { setImmediate } from 'node:timers/promises';
import type { Augmentation } from '../../data/augmentation.js';
import { CropPool } from '../../data/crop-pool.js';
import { drawBatch } from '../../data/draw-batch.js';
import type { Engine } from '../../engine/types.js';
import { recipeNamed, refinerMaker } from '../../models/registry.js';
import type { SimganConfig } from '../../models/simgan-options.js';
import type { RecipeConfig, RunningRefiner } from '../../models/types.js';
import type { LabelledPictures } from './domains.js';

type Pictures = Pick<LabelledPictures, 'data' | 'count' | 'width' | 'height'>;

/** Pictures are only mirrored, because resampling by other transforms would smooth the noise that the refiner must learn. */
const AUGMENTATION: Augmentation = { flip: true, zoom: 0, rotation: 0, shear: 0, shift: 0 };

export interface RefinerTrainingOptions {
  /** Number of steps, including pre-training. */
  readonly steps: number;
  /** Time limit, which may end training before all steps. */
  readonly seconds?: number;
  readonly signal?: AbortSignal;
  /** Called after every step. */
  readonly onProgress?: (step: number) => void;
}

/** A trained refiner with the steps and seconds of its training. */
export interface TrainedRefiner {
  readonly refiner: RunningRefiner;
  readonly steps: number;
  readonly seconds: number;
}

/** Trains in the same way as `irisflow train`; the batches are a pure function of pictures, seed and step. */
export async function trainRefiner(
  engine: Engine,
  config: RecipeConfig,
  synthetic: Pictures,
  real: Pictures,
  options: RefinerTrainingOptions,
): Promise<TrainedRefiner> {
  const { steps, seconds = Number.POSITIVE_INFINITY, signal, onProgress } = options;
  const [ofSynthetic, ofReal] = [poolOf(synthetic), poolOf(real)];
  const recipe = recipeNamed(config.recipe);
  const training = await recipe.createTraining(engine, config);
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  try {
    while (training.step < steps && (training.step === 0 || elapsed() < seconds)) {
      await setImmediate();
      signal?.throwIfAborted();
      const { seed } = config;
      const drawn = { seed, step: training.step, augment: AUGMENTATION };
      await training.train(await drawBatch(ofSynthetic, ofReal, training.requires, drawn));
      onProgress?.(training.step);
    }
    const took = elapsed();
    const refiner = await refinerMaker(recipe)(engine, config, training.generatorWeights(), { freeze: true });
    return { refiner, steps: training.step, seconds: took };
  } finally {
    await training.dispose();
  }
}

function poolOf({ data, count, width, height }: Pictures): CropPool {
  const pool = new CropPool(count);
  const bytes = width * height * 3;
  for (let i = 0; i < count; i++) {
    pool.add({
      data: data.subarray(i * bytes, (i + 1) * bytes),
      width,
      height,
      time: 0,
      sequence: i,
      source: 'experiment',
    });
  }
  return pool;
}

/**
 * The number of steps of a configuration that fit into the given seconds, measured with a few adversarial steps, and the configuration
 * with its pre-training shortened to a quarter (refiner) and a twentieth (discriminator) of these steps.
 */
export async function fitToTime(
  engine: Engine,
  config: SimganConfig,
  synthetic: Pictures,
  real: Pictures,
  seconds: number,
): Promise<{ config: SimganConfig; steps: number }> {
  const trial = { ...config, pretrainRefiner: 0, pretrainDiscriminator: 0 };
  const { refiner, ...took } = await trainRefiner(engine, trial, synthetic, real, { steps: 3 });
  await refiner.dispose();
  const steps = Math.max(4, Math.round((seconds * took.steps) / took.seconds));
  const pretrainRefiner = Math.min(config.pretrainRefiner, Math.round(steps / 4));
  const pretrainDiscriminator = Math.min(config.pretrainDiscriminator, Math.round(steps / 20));
  return { config: { ...config, pretrainRefiner, pretrainDiscriminator }, steps };
}
