/** The small classifier of the two-sample test: tells two kinds of pictures apart, one logit a picture. */
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
/** How much detail is strengthened; it has about a quarter of the whole's deviation. */
const DETAIL = 4;
const LEARNING_RATE = 3e-3;

interface Shape {
  readonly width: number;
  readonly height: number;
}

/** Pictures that one training step takes: half of each kind, the first kind first. */
export interface ClassifierOptions extends Shape {
  readonly batch: number;
  /** Pictures that one judgement takes. */
  readonly judged: number;
  /** Maps of the first layer; twice as many in the others. */
  readonly maps: number;
}

/**
 * Convolutions 4×4 /2, 3×3, 3×3 (/2 on larger pictures) with leaky ReLU. Each place of the last maps has a logit of its own, and is
 * taught like a picture: few pictures then teach as much as many. The picture's logit is their mean and what can be read from mean and
 * maximum of every map.
 */
function network({ width, height, maps }: ClassifierOptions) {
  const stride = Math.min(width, height) >= 48 ? 2 : 1;
  const wide = 2 * maps;
  const layers = [
    convolution('conv1', { size: 4, from: 6, to: maps, stride: 2 }),
    convolution('conv2', { size: 3, from: maps, to: wide, stride }),
    convolution('conv3', { size: 3, from: wide, to: wide, stride }),
  ];
  const local = convolution('local', { size: 1, from: wide, to: 1, deviation: 0 });
  const last = dense('last', { from: 2 * wide, to: 1 });
  return {
    init(seed: number): TensorRecord {
      const { weights } = initAll([...layers, local, last], randomAt(seed, 'classifier'));
      weights['last/kernel']?.data.fill(0);
      return weights;
    },
    /** `local` of every place in a picture, `whole` of the picture. */
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
 * The picture without its rim, and beside it what is left of it when its 3×3 mean is taken off: noise and sharpness, by which pictures
 * differ first, are a small part of their contrast, and few pictures would not teach a network to look for it.
 */
function withDetail(x: tf.Tensor4D): tf.Tensor4D {
  const [count, height, width, channels] = x.shape;
  const inner: tf.Tensor4D = tf.slice(x, [0, 1, 1, 0], [count, height - 2, width - 2, channels]);
  return tf.concat([inner, tf.mul(DETAIL, tf.sub(inner, tf.avgPool(x, 3, 1, 'valid'))) as tf.Tensor4D], 3);
}

const optimiser = adam({ learningRate: LEARNING_RATE, beta1: 0.9 });

/** A classifier that can be trained from the start any number of times. Pictures are floats, `height · width · 3` each. */
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

  /** Forgets everything. It cannot decide anything then: all logits are 0. */
  restart(seed: number): void {
    this.state.write(this.initial(seed));
  }

  /** One step on a batch; its loss. */
  async train(batch: Float32Array): Promise<number> {
    return (await this.training.run({ x: batch })).loss?.[0] as number;
  }

  /** Logits, above 0 for the first kind. Good until the next call. */
  async judge(pictures: Float32Array): Promise<Float32Array> {
    return (await this.judging.run({ x: pictures })).logits as Float32Array;
  }

  /** What it knows now, for {@link recall}. */
  remember(): TensorRecord {
    return this.state.read();
  }

  recall(known: TensorRecord): void {
    this.state.write(known);
  }

  async dispose(): Promise<void> {
    await this.training.dispose();
    await this.judging.dispose();
  }
}

/** Mean of softplus(∓logit): the first half is of the first kind. */
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
