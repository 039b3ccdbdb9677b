/** A running classifier two-sample test: the accuracy of an independent classifier on refined, and on raw, pictures against real ones. */
import * as tf from '@tensorflow/tfjs-core';
import { need, shapeDifference, under, within } from '../../engine/tensor-record.js';
import type { CompiledProgram, Engine, Program, State, TensorRecord, Tensors } from '../../engine/types.js';
import { randomAt } from '../../random.js';
import { accuracyOf, adversarialLoss } from '../losses/adversarial.js';
import { twoSampleNetwork } from '../networks/two-sample-network.js';
import { adam } from '../optimisers/adam.js';
import { loneStep } from '../optimisers/lone-step.js';
import type { TwoSampleScore } from '../types.js';

/** What the classifier compares: as many pictures of each kind, in [−1, 1]. */
export interface ComparedPictures {
  /** The control: raw pictures, or something else that is known to differ from real ones. */
  readonly synthetic: Float32Array;
  readonly refined: Float32Array;
  readonly real: Float32Array;
}

/** What a two-sample classifier is compiled for. */
export interface ClassifierOptions {
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  /** Pictures of each kind that it learns from at once. */
  readonly batch: number;
  /** Pictures of each kind that it judges at once. */
  readonly heldOut: number;
}

/** Pictures of a step that the classifier learns from. */
export function classifierShare({ batch, checkEvery }: { batch: number; checkEvery: number }): number {
  return checkEvery === 0 ? 0 : Math.min(8, batch);
}

const KINDS = ['synthetic', 'refined', 'real'] as const;
/** Those that are compared with real ones. */
type Kind = 'synthetic' | 'refined';

/**
 * Lopez-Paz and Oquab, "Revisiting Classifier Two-Sample Tests", ICLR 2017, continued while training runs: the classifier
 * learns from pictures that the training uses and is measured on pictures that nothing has learnt from. The refiner never sees its
 * gradient, so a refiner that fools the discriminator does not fool it for that reason. Its accuracy on raw synthetic pictures is the
 * control: while that is no better than chance, its accuracy on refined ones has no meaning.
 */
export class TwoSampleClassifier {
  private constructor(
    private readonly state: State,
    private readonly learning: CompiledProgram,
    private readonly measuring: CompiledProgram,
  ) {}

  /** Compiles it. `saved` is what {@link TwoSampleClassifier.read} gave; where that does not fit, it starts afresh. */
  static async create(engine: Engine, options: ClassifierOptions, saved: TensorRecord): Promise<TwoSampleClassifier> {
    const network = twoSampleNetwork();
    const optimiser = adam({ learningRate: 1e-3, beta1: 0.9 });
    // The name decides the weights that it starts with, and so what a run repeats.
    const { weights } = network.init(randomAt(options.seed, 'weights', 'examiner'));
    const fresh = { ...under('weights/', weights), ...under('optimiser/', optimiser.init(weights)) };
    const state = engine.createState(shapeDifference(fresh, saved) === undefined ? saved : fresh);

    /** Of each kind that is not real: its logits, and those of real pictures. */
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

  /** One update. */
  async learn(pictures: ComparedPictures): Promise<void> {
    await this.learning.run({ ...pictures });
  }

  async measure(pictures: ComparedPictures): Promise<TwoSampleScore> {
    const { refined, synthetic } = await this.measuring.run({ ...pictures });
    return { refined: refined?.[0] ?? Number.NaN, synthetic: synthetic?.[0] ?? Number.NaN };
  }

  /** Weights and moments, for a checkpoint. */
  read(): TensorRecord {
    return this.state.read();
  }

  async dispose(): Promise<void> {
    await this.learning.dispose();
    await this.measuring.dispose();
  }
}
