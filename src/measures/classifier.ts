/** The small network of the two-sample test: it classifies pictures of two kinds with one logit for each picture. */
import * as tf from '@tensorflow/tfjs-core';
import { need, under, within } from '../engine/tensor-record.js';
import type { CompiledProgram, Engine, State, TensorRecord, Tensors } from '../engine/types.js';
import { convolution, dense } from '../models/networks/convolution.js';
import { initAll } from '../models/networks/network.js';
import { adam } from '../models/optimisers/adam.js';
import { loneStep } from '../models/optimisers/lone-step.js';
import { randomAt } from '../random.js';

const SLOPE = 0.2;
/** Factor of the squared weights in the loss. */
const DECAY = 1e-4;
/** Gain of the detail channels, whose deviation is about a quarter of the picture's. */
const DETAIL_GAIN = 4;
const LEARNING_RATE = 3e-3;

interface Shape {
  readonly width: number;
  readonly height: number;
}

/** Sizes of the classifier. */
export interface ClassifierOptions extends Shape {
  /** Pictures in one training step: the first half is of the first kind. */
  readonly batch: number;
  /** Pictures in one call of {@link Classifier.judge}. */
  readonly judged: number;
  /** Filters of the first layer; the others have twice as many. */
  readonly maps: number;
}

/**
 * Convolutions 4×4 /2, 3×3, 3×3 (/2 on larger pictures) with leaky ReLU. Each place of the last feature maps has its own logit, which is
 * trained like a picture's, so that few pictures give many samples. The picture's logit is the mean of these plus a linear function of
 * the mean and maximum of every feature map.
 */
function network({ width, height, maps }: ClassifierOptions) {
  const stride = Math.min(width, height) >= 48 ? 2 : 1;
  const filters = 2 * maps;
  const layers = [
    convolution('conv1', { size: 4, from: 6, to: maps, stride: 2 }),
    convolution('conv2', { size: 3, from: maps, to: filters, stride }),
    convolution('conv3', { size: 3, from: filters, to: filters, stride }),
  ];
  const local = convolution('local', { size: 1, from: filters, to: 1, deviation: 0 });
  const last = dense('last', { from: 2 * filters, to: 1 });
  return {
    init(seed: number): TensorRecord {
      const { weights } = initAll([...layers, local, last], randomAt(seed, 'classifier'));
      weights['last/kernel']?.data.fill(0);
      return weights;
    },
    /** Logits of every place in a picture (`local`) and of the picture (`whole`). */
    logits(x: tf.Tensor4D, weights: Tensors): { local: tf.Tensor4D; whole: tf.Tensor2D } {
      let h = withDetail(x);
      for (const layer of layers) h = tf.leakyRelu(layer.apply(h, weights), SLOPE);
      const pooled = tf.concat([tf.mean(h, [1, 2]), tf.max(h, [1, 2])], 1) as tf.Tensor2D;
      const map = local.apply(h, weights);
      return { local: map, whole: tf.add(last.apply(pooled, weights), tf.mean(map, [1, 2])) };
    },
  };
}

/**
 * The picture without its outermost pixels, concatenated with its difference from its 3×3 mean. Pictures differ first in noise and
 * sharpness, which are a small part of their contrast; a network would not learn to use them from few pictures.
 */
function withDetail(x: tf.Tensor4D): tf.Tensor4D {
  const [count, height, width, channels] = x.shape;
  const inner: tf.Tensor4D = tf.slice(x, [0, 1, 1, 0], [count, height - 2, width - 2, channels]);
  return tf.concat([inner, tf.mul(DETAIL_GAIN, tf.sub(inner, tf.avgPool(x, 3, 1, 'valid'))) as tf.Tensor4D], 3);
}

const optimiser = adam({ learningRate: LEARNING_RATE, beta1: 0.9 });

/** A classifier that can be trained from scratch repeatedly. Pictures are `height · width · 3` floats each. */
export class Classifier {
  private constructor(
    private readonly initial: (seed: number) => TensorRecord,
    private readonly state: State,
    private readonly training: CompiledProgram,
    private readonly judging: CompiledProgram,
  ) {}

  static async create(engine: Engine, options: ClassifierOptions): Promise<Classifier> {
    const { width, height, batch, judged } = options;
    const net = network(options);
    const initial = (seed: number) => {
      const weights = net.init(seed);
      return { ...under('weights/', weights), ...under('optimiser/', optimiser.init(weights)) };
    };
    const state = engine.createState(initial(0));
    const training = await engine.compile(
      (inputs, values) =>
        loneStep(
          optimiser,
          values,
          (weights) => {
            const logits = net.logits(need(inputs, 'x'), weights);
            const fit = tf.add(crossEntropy(logits.whole), crossEntropy(logits.local));
            return tf.add(fit, tf.mul(squares(weights), DECAY)) as tf.Scalar;
          },
          { clipNorm: 5 },
        ),
      { inputs: { x: { shape: [batch, height, width, 3] } }, state, name: 'classifier training' },
    );
    const judging = await engine.compile(
      (inputs, values) => ({ outputs: { logits: net.logits(need(inputs, 'x'), within('weights/', values)).whole } }),
      { inputs: { x: { shape: [judged, height, width, 3] } }, state, name: 'classifier' },
    );
    return new Classifier(initial, state, training, judging);
  }

  /** Resets the weights; all logits are 0 then. */
  restart(seed: number): void {
    this.state.write(this.initial(seed));
  }

  /** Trains one step on a batch and returns its loss. */
  async train(batch: Float32Array): Promise<number> {
    return (await this.training.run({ x: batch })).loss?.[0] as number;
  }

  /** Logits, above 0 for the first kind. The next call overwrites them. */
  async judge(pictures: Float32Array): Promise<Float32Array> {
    return (await this.judging.run({ x: pictures })).logits as Float32Array;
  }

  /** A copy of the weights and optimiser state, for {@link restore}. */
  snapshot(): TensorRecord {
    return this.state.read();
  }

  restore(snapshot: TensorRecord): void {
    this.state.write(snapshot);
  }

  async dispose(): Promise<void> {
    await this.training.dispose();
    await this.judging.dispose();
  }
}

/** Binary cross-entropy; the first half of the batch is of the first kind. */
function crossEntropy(logits: tf.Tensor): tf.Scalar {
  const [first, second] = tf.split(logits, 2) as [tf.Tensor, tf.Tensor];
  return tf.mul(0.5, tf.add(tf.mean(tf.softplus(tf.neg(first))), tf.mean(tf.softplus(second)))) as tf.Scalar;
}

/** Sum of the squares of all kernels, for weight decay. */
export function squares(weights: Tensors): tf.Scalar {
  return tf.addN(
    Object.entries(weights)
      .filter(([name]) => name.endsWith('/kernel'))
      .map(([, weight]) => tf.sum(tf.square(weight))),
  ) as tf.Scalar;
}
