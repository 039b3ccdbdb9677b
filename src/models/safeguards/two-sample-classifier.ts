/** A classifier two-sample test that continues during training: how well an independent classifier distinguishes pictures from real ones. */
import * as tf from '@tensorflow/tfjs-core';
import { need, shapeDifference, under, within } from '../../engine/tensor-record.js';
import type { CompiledProgram, Engine, Program, State, TensorRecord, Tensors } from '../../engine/types.js';
import { randomAt } from '../../random.js';
import { accuracyOf, adversarialLoss } from '../losses/adversarial.js';
import { twoSampleNetwork } from '../networks/two-sample-network.js';
import { adam } from '../optimisers/adam.js';
import { loneStep } from '../optimisers/lone-step.js';
import type { TwoSampleScore } from '../types.js';

/** The pictures that the classifier compares, in [−1, 1], with the same number of each kind. */
export interface ComparedPictures {
  /** Pictures of the control: raw pictures, or others that are known to differ from real ones. */
  readonly synthetic: Float32Array;
  /** Refined or generated pictures. */
  readonly refined: Float32Array;
  /** Real pictures. */
  readonly real: Float32Array;
}

/** The sizes that a two-sample classifier is compiled for. */
export interface ClassifierOptions {
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  /** Pictures of each kind in an update. */
  readonly batch: number;
  /** Pictures of each kind in a measurement. */
  readonly heldOut: number;
}

/** How many pictures of a step's batch the classifier learns from. */
export function classifierShare({ batch, checkEvery }: { batch: number; checkEvery: number }): number {
  return checkEvery === 0 ? 0 : Math.min(8, batch);
}

const KINDS = ['synthetic', 'refined', 'real'] as const;
/** The kinds that are compared with real pictures. */
type Kind = 'synthetic' | 'refined';

/**
 * The test of Lopez-Paz and Oquab, "Revisiting Classifier Two-Sample Tests", ICLR 2017, continued while training runs. The classifier learns
 * from the pictures of the training and is measured on held-out pictures. The refiner gets no gradient from it, so a refiner that only
 * exploits a weakness of the discriminator does not deceive the classifier. Its accuracy on the control shows whether it can see a
 * difference at all: while that is at chance, its accuracy on refined pictures has no meaning.
 */
export class TwoSampleClassifier {
  private constructor(
    private readonly state: State,
    private readonly learning: CompiledProgram,
    private readonly measuring: CompiledProgram,
  ) {}

  /** Compiles a classifier. `saved` is the result of {@link TwoSampleClassifier.read}; where its shapes do not fit, a new one starts. */
  static async create(engine: Engine, options: ClassifierOptions, saved: TensorRecord): Promise<TwoSampleClassifier> {
    const network = twoSampleNetwork();
    const optimiser = adam({ learningRate: 1e-3, beta1: 0.9 });
    // The purpose `examiner` is the classifier's former name. It decides the initial weights, so it stays.
    const { weights } = network.init(randomAt(options.seed, 'weights', 'examiner'));
    const fresh = { ...under('weights/', weights), ...under('optimiser/', optimiser.init(weights)) };
    const state = engine.createState(shapeDifference(fresh, saved) === undefined ? saved : fresh);

    /** For each kind that is compared, its logits and those of the real pictures. */
    const logits = (inputs: Tensors, values: Tensors) => {
      const pictures = tf.concat(KINDS.map((kind) => need<tf.Tensor4D>(inputs, kind)));
      const [asRefined, asSynthetic] = tf.split(network.forward(pictures, values, { mode: 'training' }).output, 2, 3);
      const [, refined, real] = tf.split(asRefined as tf.Tensor, 3);
      const [synthetic, , sameReal] = tf.split(asSynthetic as tf.Tensor, 3);
      return { refined: [refined, real], synthetic: [synthetic, sameReal] } as Record<Kind, [tf.Tensor, tf.Tensor]>;
    };
    const learn: Program = (inputs, values) =>
      loneStep(optimiser, values, (weights) => {
        const pairs = Object.values(logits(inputs, weights));
        return tf.addN(
          pairs.flatMap(([other, real]) => [adversarialLoss(other, 'refined'), adversarialLoss(real, 'real')]),
        );
      });
    const measure: Program = (inputs, values) => {
      const balanced = ([other, real]: readonly [tf.Tensor, tf.Tensor]) =>
        tf.mul(tf.add(accuracyOf(other, 'refined'), accuracyOf(real, 'real')), 0.5);
      const pairs = Object.entries(logits(inputs, within('weights/', values)));
      return { outputs: Object.fromEntries(pairs.map(([kind, pair]) => [kind, balanced(pair)])) };
    };
    const inputs = (count: number) => {
      const shape = [count, options.height, options.width, 3];
      return Object.fromEntries(KINDS.map((kind) => [kind, { shape }]));
    };
    return new TwoSampleClassifier(
      state,
      await engine.compile(learn, { inputs: inputs(options.batch), state, name: 'two-sample classifier learn' }),
      await engine.compile(measure, { inputs: inputs(options.heldOut), state, name: 'two-sample classifier measure' }),
    );
  }

  /** Makes one update. */
  async learn(pictures: ComparedPictures): Promise<void> {
    await this.learning.run({ ...pictures });
  }

  /** Measures the balanced accuracy on pictures that it has not learnt from. */
  async measure(pictures: ComparedPictures): Promise<TwoSampleScore> {
    const { refined, synthetic } = await this.measuring.run({ ...pictures });
    return { refined: refined?.[0] ?? Number.NaN, synthetic: synthetic?.[0] ?? Number.NaN };
  }

  /** Reads weights and moments, for a checkpoint. */
  read(): TensorRecord {
    return this.state.read();
  }

  async dispose(): Promise<void> {
    await this.learning.dispose();
    await this.measuring.dispose();
  }
}
