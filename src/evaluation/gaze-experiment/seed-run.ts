/** All that is measured with one seed: its pictures are made when they are first needed, and kept. */
import type { Engine } from '../../engine/types.js';
import { refineAll } from '../../measures/refine-all.js';
import { twoSampleTest } from '../../measures/two-sample-test.js';
import { recipeNamed } from '../../models/registry.js';
import { parseSimganConfig } from '../../models/simgan-options.js';
import { type Domain, type LabelledPictures, picturesOf } from './domains.js';
import { type GazeError, gazeErrorOf, trainGaze } from './gaze-network.js';
import { pupilShiftOf } from './pupil-shift.js';
import { fitted, type TrainedRefiner, trainRefiner } from './refiner-training.js';
import type { Cell, GazePlan, GazeProgress, Kind, Told, Variant } from './types.js';

/** Pictures of one kind that the strips show. */
export const SHOWN = 10;
/** Of the classifiers: with hundreds of pictures more tell nothing more. */
const FOLDS = 3;

export interface SeedRunOptions {
  readonly plan: GazePlan;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: GazeProgress) => void;
}

/** What a refined variant needs to know of the main run. */
export interface RefinerBudget {
  /** Adversarial steps of the main run. */
  readonly steps: number;
  /** How long the main run's refiner took: as long as another preset gets. */
  readonly seconds?: number;
}

/** A measured variant, and some of its pictures for people to see. */
export interface MeasuredVariant {
  readonly cell: Cell;
  /** {@link SHOWN} of the held-out pictures: renders, real or refined ones. */
  readonly shown: Uint8Array;
}

export class SeedRun {
  readonly #made = new Map<Domain, Promise<LabelledPictures>>();

  constructor(
    private readonly engine: Engine,
    private readonly options: SeedRunOptions,
  ) {}

  /** Trains and tests on pictures as they are made. */
  async plain(variant: Variant, kind: Kind): Promise<MeasuredVariant> {
    const started = performance.now();
    const gaze = await this.#gaze(variant.title, await this.#pictures(kind));
    const test = await this.#pictures(`${kind}-test`);
    const told = kind === 'real' ? {} : await this.#told(variant.title, test.data);
    return { cell: this.#cell(variant, started, gaze, told), shown: this.#shown(test.data) };
  }

  /** Trains a refiner, refines the renders, trains and tests on them. */
  async refined(variant: Variant, budget: RefinerBudget): Promise<MeasuredVariant> {
    const started = performance.now();
    const synthetic = await this.#pictures('synthetic');
    const test = await this.#pictures('synthetic-test');
    const { refiner, steps, seconds, preset } = await this.#trained(variant, budget);
    try {
      const { signal } = this.options;
      const onProgress = this.#telling(`refining (${variant.title})`, synthetic.count);
      const training = { ...synthetic, data: await refineAll(refiner, synthetic, { signal, onProgress }) };
      const refined = await refineAll(refiner, test, { signal });
      const gaze = await this.#gaze(variant.title, training);
      const told = await this.#told(variant.title, refined);
      const pupils = await pupilShiftOf(test, refined, signal);
      const about = { preset, steps, seconds, change: meanChange(test.data, refined), pupils };
      return { cell: this.#cell(variant, started, gaze, { ...told, refiner: about }), shown: this.#shown(refined) };
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
      ({ config, steps } = await fitted(this.engine, config, synthetic, real, budget.seconds));
      seconds = budget.seconds;
    } else {
      steps += config.pretrainRefiner + config.pretrainDiscriminator;
    }
    const onProgress = this.#telling(`refiner (${variant.title})`, steps);
    const trained = await trainRefiner(this.engine, config, synthetic, real, { steps, seconds, signal, onProgress });
    return { ...trained, preset };
  }

  /** Seconds that `steps` adversarial steps of the plan's preset take. */
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
    const onProgress = this.#telling(`gaze network (${title})`, plan.gazeSteps);
    const reader = await trainGaze(this.engine, training, { seed, steps: plan.gazeSteps, signal, onProgress });
    try {
      return await gazeErrorOf(reader, test);
    } finally {
      await reader.dispose();
    }
  }

  async #told(title: string, pictures: Uint8Array): Promise<{ whole?: Told; patch?: Told }> {
    const { plan, seed, signal } = this.options;
    if (!plan.classifiers) return {};
    const real = await this.#pictures('real-test');
    const told = async (scale: 'whole' | 'patch'): Promise<Told> => {
      const tell = this.#telling(`classifier, ${scale} (${title})`, 100);
      const onProgress = (share: number) => tell(Math.round(100 * share));
      const given = { ...real, data: pictures };
      const options = { scale, folds: FOLDS, seed, signal, onProgress };
      const { accuracy, interval } = await twoSampleTest(this.engine, given, real, options);
      return { accuracy, interval };
    };
    return { whole: await told('whole'), patch: await told('patch') };
  }

  #pictures(domain: Domain): Promise<LabelledPictures> {
    const known = this.#made.get(domain);
    if (known) return known;
    const { plan, seed, signal } = this.options;
    const count = domain.endsWith('test') ? plan.testPictures : plan.pictures;
    const onProgress = this.#telling(`pictures (${domain})`, count);
    const made = picturesOf(domain, { seed, count, size: plan.size, signal, onProgress });
    this.#made.set(domain, made);
    return made;
  }

  #telling(what: string, total: number): (done: number) => void {
    const { seed, onProgress } = this.options;
    return (done) => onProgress({ what: `seed ${seed}: ${what}`, done, total });
  }

  /** Spread over the set, so that real ones show as many people. */
  #shown(pictures: Uint8Array): Uint8Array {
    const bytes = this.options.plan.size ** 2 * 3;
    const count = pictures.length / bytes;
    const shown = new Uint8Array(SHOWN * bytes);
    for (let i = 0; i < SHOWN; i++) {
      const chosen = Math.floor((i * count) / SHOWN);
      shown.set(pictures.subarray(chosen * bytes, (chosen + 1) * bytes), i * bytes);
    }
    return shown;
  }

  #cell(variant: Variant, started: number, gaze: GazeError, rest: Pick<Cell, 'whole' | 'patch' | 'refiner'>): Cell {
    const { seed } = this.options;
    return { variant: variant.name, seed, ...gaze, ...rest, seconds: (performance.now() - started) / 1000 };
  }
}

/** Mean |a − b| of bytes, on the scale from −1 to 1. */
function meanChange(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] as number) - (b[i] as number));
  return sum / a.length / 127.5;
}
