/** Measures a training on held-out pictures, and trains the independent two-sample classifier for it. */
import { fromBytes } from '../../engine/pixels.js';
import { allFinite } from '../../engine/tensor-record.js';
import type { Engine, TensorRecord } from '../../engine/types.js';
import type { AdversarialConfig } from '../options/common.js';
import { HELD_OUT } from '../training/definition.js';
import type { UpdateOutputs } from '../training/update-outputs.js';
import type { DrawnPictures, HeldOutReport, InputKind, RecipeTraits } from '../types.js';
import { measureHeldOut } from './held-out.js';
import { type ComparedPictures, classifierShare, TwoSampleClassifier } from './two-sample-classifier.js';

/** The classifier learns in every fourth step, which is enough and costs little. */
const LEARNS_EVERY = 4;

/** A training that is checked: traits of its recipe, its configuration, and the input that it refines. */
export interface CheckedTraining extends Pick<RecipeTraits, 'keepsPicture' | 'control'> {
  readonly config: AdversarialConfig;
  readonly refines: InputKind;
}

/** The checks of one training. */
export class HeldOutChecks {
  /** The pictures of this step, in a step from which the classifier learns. */
  #observed: ComparedPictures | undefined;

  private constructor(
    private readonly training: CheckedTraining,
    private readonly classifier: TwoSampleClassifier,
  ) {}

  /** Creates the checks; `undefined` where `checkEvery` is 0. `saved` is the state of the classifier in a checkpoint. */
  static async create(
    engine: Engine,
    training: CheckedTraining,
    saved: TensorRecord,
  ): Promise<HeldOutChecks | undefined> {
    const { width, height, seed } = training.config;
    const batch = classifierShare(training.config);
    if (batch === 0) return undefined;
    const options = { width, height, seed, batch, heldOut: HELD_OUT };
    return new HeldOutChecks(training, await TwoSampleClassifier.create(engine, options, saved));
  }

  /** Keeps pictures of an update for {@link learn}, in a step from which the classifier learns. */
  observe({ images }: UpdateOutputs, pictures: DrawnPictures, step: number): void {
    const { generated } = images;
    if (generated === undefined || (step + 1) % LEARNS_EVERY !== 0) return;
    const first = (values: Float32Array) => Float32Array.from(values.subarray(0, generated.length));
    this.#observed = {
      synthetic: first(this.#control(images.control, pictures)),
      refined: first(generated),
      real: first(fromBytes(pictures[this.#target])),
    };
  }

  /** Updates the classifier with the pictures that were observed. */
  async learn(): Promise<void> {
    if (this.#observed) await this.classifier.learn(this.#observed);
    this.#observed = undefined;
  }

  /** Measures on held-out pictures; `undefined` where the generated ones are not finite. */
  async measure(
    { images, metrics, measures }: UpdateOutputs,
    pictures: DrawnPictures,
  ): Promise<HeldOutReport | undefined> {
    const { config, refines } = this.training;
    const refined = Float32Array.from(images.generated ?? []);
    if (!allFinite(refined)) return undefined;
    const real = fromBytes(pictures[this.#target]);
    const synthetic = this.#control(images.control, pictures);
    const { width, height } = config;
    const sets = { synthetic, refined, real, count: HELD_OUT, width, height };
    const { spread, ...compared } = measureHeldOut(sets, this.training);
    const { accuracyReal = Number.NaN, accuracyRefined = Number.NaN } = metrics;
    return {
      accuracy: { real: accuracyReal, refined: accuracyRefined },
      ...compared,
      // The spread is reported by the names of the inputs, also where the real input is refined.
      spread:
        refines === 'real' && spread.synthetic !== undefined
          ? { synthetic: spread.real, real: spread.synthetic }
          : spread,
      twoSample: await this.classifier.measure({ synthetic, refined, real }),
      ...(Object.keys(measures).length > 0 && { measures }),
    };
  }

  /** The state of the classifier, for a checkpoint. */
  read(): TensorRecord {
    return this.classifier.read();
  }

  async dispose(): Promise<void> {
    await this.classifier.dispose();
  }

  /** The input that generated pictures should resemble. */
  get #target(): InputKind {
    return this.training.refines === 'real' ? 'synthetic' : 'real';
  }

  /** The pictures of the control. */
  #control(baseline: Float32Array | undefined, pictures: DrawnPictures): Float32Array {
    const { config, control, refines } = this.training;
    switch (control) {
      case 'inputs':
        return fromBytes(pictures[refines]);
      case 'baseline':
        return Float32Array.from(baseline ?? []);
      case 'double-exposures':
        return doubleExposures(fromBytes(pictures[this.#target]), config.width * config.height * 3);
    }
  }
}

/** Averages each picture with the next one, which gives pictures that have real parts but are not real. */
function doubleExposures(pictures: Float32Array, size: number): Float32Array {
  return pictures.map((value, i) => (value + (pictures[(i + size) % pictures.length] as number)) / 2);
}
