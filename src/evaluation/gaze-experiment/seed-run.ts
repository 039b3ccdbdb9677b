/** Measures the variants with one seed. Pictures are generated on first use and cached. */
import type { Engine } from '../../engine/types.js';
import { evenIndices } from '../../evenly.js';
import { refineAll } from '../../measures/refine-all.js';
import { twoSampleTest } from '../../measures/two-sample-test.js';
import { recipeNamed } from '../../models/registry.js';
import { parseSimganConfig } from '../../models/simgan-options.js';
import { meanDifference } from '../../vision/mean-difference.js';
import { type Domain, type LabelledPictures, picturesOf } from './domains.js';
import { type GazeError, gazeErrorOf, trainGaze } from './gaze-network.js';
import { pupilShiftOf } from './pupil-shift.js';
import { fitToTime, type TrainedRefiner, trainRefiner } from './refiner-training.js';
import type { Accuracy, Cell, GazePlan, GazeProgress, Kind, Variant } from './types.js';

/** Pictures of one kind that the strips show. */
const SHOWN = 10;
/** Of the classifiers: with hundreds of pictures more tell nothing more. */
const FOLDS = 3;

export interface SeedRunOptions {
  readonly plan: GazePlan;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: GazeProgress) => void;
}

/** Steps and time of the main run, for refined variants. */
export interface RefinerBudget {
  /** Adversarial steps of the main run. */
  readonly steps: number;
  /** Duration of the main run's refiner training, which is also the time for other presets. */
  readonly seconds?: number;
}

/** A measured variant with some of its pictures for the strips. */
export interface MeasuredVariant {
  readonly cell: Cell;
  /** {@link SHOWN} of the held-out pictures. */
  readonly shown: Uint8Array;
}

export class SeedRun {
  readonly #generated = new Map<Domain, Promise<LabelledPictures>>();

  constructor(
    private readonly engine: Engine,
    private readonly options: SeedRunOptions,
  ) {}

  /** Trains and tests on pictures without a refiner. */
  async plain(variant: Variant, kind: Kind): Promise<MeasuredVariant> {
    const started = performance.now();
    const gaze = await this.#gaze(variant.title, await this.#pictures(kind));
    const test = await this.#pictures(`${kind}-test`);
    const accuracies = kind === 'real' ? {} : await this.#accuracies(variant.title, test.data);
    return { cell: this.#cell(variant, started, gaze, accuracies), shown: this.#shown(test.data) };
  }

  /** Trains a refiner, and trains and tests on the refined renders. */
  async refined(variant: Variant, budget: RefinerBudget): Promise<MeasuredVariant> {
    const started = performance.now();
    const synthetic = await this.#pictures('synthetic');
    const test = await this.#pictures('synthetic-test');
    const { refiner, steps, seconds, preset } = await this.#trained(variant, budget);
    try {
      const { signal } = this.options;
      const onProgress = this.#progressOf(`refining (${variant.title})`, synthetic.count);
      const training = { ...synthetic, data: await refineAll(refiner, synthetic, { signal, onProgress }) };
      const refined = await refineAll(refiner, test, { signal });
      const gaze = await this.#gaze(variant.title, training);
      const accuracies = await this.#accuracies(variant.title, refined);
      const pupils = await pupilShiftOf(test, refined, signal);
      const about = { preset, steps, seconds, change: meanDifference(test.data, refined) / 127.5, pupils };
      return {
        cell: this.#cell(variant, started, gaze, { ...accuracies, refiner: about }),
        shown: this.#shown(refined),
      };
    } finally {
      await refiner.dispose();
    }
  }

  async #trained(variant: Variant, budget: RefinerBudget): Promise<TrainedRefiner & { preset: string }> {
    const { plan, seed, signal } = this.options;
    const [synthetic, real] = [await this.#pictures('synthetic'), await this.#pictures('real')];
    const preset = variant.preset ?? plan.preset;
    const sizes = { width: plan.size, height: plan.size, seed };
    let config = parseSimganConfig(recipeNamed('simgan').configure(preset, { ...sizes, ...variant.overrides }));
    let steps = budget.steps;
    let seconds: number | undefined;
    if (preset !== plan.preset && budget.seconds !== undefined) {
      ({ config, steps } = await fitToTime(this.engine, config, synthetic, real, budget.seconds));
      seconds = budget.seconds;
    } else {
      steps += config.pretrainRefiner + config.pretrainDiscriminator;
    }
    const onProgress = this.#progressOf(`refiner (${variant.title})`, steps);
    const trained = await trainRefiner(this.engine, config, synthetic, real, { steps, seconds, signal, onProgress });
    return { ...trained, preset };
  }

  /** Seconds per step, measured over `steps` adversarial steps of the plan's preset. */
  async stepSeconds(steps: number): Promise<number> {
    const { plan, seed, signal } = this.options;
    const [synthetic, real] = [await this.#pictures('synthetic'), await this.#pictures('real')];
    const overrides = { width: plan.size, height: plan.size, seed, pretrainRefiner: 0, pretrainDiscriminator: 0 };
    const config = recipeNamed('simgan').configure(plan.preset, overrides);
    const { refiner, seconds } = await trainRefiner(this.engine, config, synthetic, real, { steps, signal });
    await refiner.dispose();
    return seconds / steps;
  }

  async #gaze(title: string, training: LabelledPictures): Promise<GazeError> {
    const { plan, seed, signal } = this.options;
    const test = await this.#pictures('real-test');
    const onProgress = this.#progressOf(`gaze network (${title})`, plan.gazeSteps);
    const reader = await trainGaze(this.engine, training, { seed, steps: plan.gazeSteps, signal, onProgress });
    try {
      return await gazeErrorOf(reader, test);
    } finally {
      await reader.dispose();
    }
  }

  async #accuracies(title: string, pictures: Uint8Array): Promise<{ whole?: Accuracy; patch?: Accuracy }> {
    const { plan, seed, signal } = this.options;
    if (!plan.classifiers) return {};
    const real = await this.#pictures('real-test');
    const measure = async (scale: 'whole' | 'patch'): Promise<Accuracy> => {
      const report = this.#progressOf(`classifier, ${scale} (${title})`, 100);
      const onProgress = (share: number) => report(Math.round(100 * share));
      const tested = { ...real, data: pictures };
      const options = { scale, folds: FOLDS, seed, signal, onProgress };
      const { accuracy, interval } = await twoSampleTest(this.engine, tested, real, options);
      return { accuracy, interval };
    };
    return { whole: await measure('whole'), patch: await measure('patch') };
  }

  #pictures(domain: Domain): Promise<LabelledPictures> {
    const cached = this.#generated.get(domain);
    if (cached) return cached;
    const { plan, seed, signal } = this.options;
    const count = domain.endsWith('test') ? plan.testPictures : plan.pictures;
    const onProgress = this.#progressOf(`pictures (${domain})`, count);
    const generated = picturesOf(domain, { seed, count, size: plan.size, signal, onProgress });
    this.#generated.set(domain, generated);
    return generated;
  }

  #progressOf(what: string, total: number): (done: number) => void {
    const { seed, onProgress } = this.options;
    return (done) => onProgress({ what: `seed ${seed}: ${what}`, done, total });
  }

  /** Pictures at even distances over the set, so that real ones show as many people as possible. */
  #shown(pictures: Uint8Array): Uint8Array {
    const bytes = this.options.plan.size ** 2 * 3;
    const count = pictures.length / bytes;
    const shown = new Uint8Array(SHOWN * bytes);
    for (const [i, chosen] of evenIndices(count, SHOWN).entries()) {
      shown.set(pictures.subarray(chosen * bytes, (chosen + 1) * bytes), i * bytes);
    }
    return shown;
  }

  #cell(variant: Variant, started: number, gaze: GazeError, rest: Pick<Cell, 'whole' | 'patch' | 'refiner'>): Cell {
    const { seed } = this.options;
    return { variant: variant.name, seed, ...gaze, ...rest, seconds: (performance.now() - started) / 1000 };
  }
}
