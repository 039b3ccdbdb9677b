/** The generator and the discriminator of DCGAN, in a size that two processor cores can train. */
import * as tf from '@tensorflow/tfjs-core';
import { batchNorm } from './batch-norm.js';
import type { Channels } from './channels.js';
import { convolution, dense, doubling } from './convolution.js';
import { initAll, type Network } from './network.js';

const SLOPE = 0.2;
/** Sides above this are halved while both are even. */
const SMALLEST = 7;

/** The size of a generator or a discriminator. */
export interface DcganSize {
  readonly width: number;
  readonly height: number;
  /** Filters at half the size; a quarter has twice as many, an eighth three times as many, and so on. */
  readonly filters: number;
  readonly channels: Channels;
}

/** How often both sides can be halved: 4 times at 64×64, down to 4×4, and twice at 28×28. */
function halvings({ width, height }: { readonly width: number; readonly height: number }): number {
  let count = 0;
  for (let [w, h] = [width, height]; w % 2 === 0 && h % 2 === 0 && Math.min(w, h) > SMALLEST; w /= 2, h /= 2) count++;
  return count;
}

/**
 * The generator of Radford et al., "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks",
 * ICLR 2016: a dense layer makes the smallest size from a row of `from` numbers, and transposed 4×4 convolutions double it, with batch norm
 * and ReLU between them and tanh at the end. The result is `[batch, height, width, channels]`.
 */
export function dcganGenerator({
  from,
  width,
  height,
  filters,
  channels,
}: DcganSize & { readonly from: number }): Network<tf.Tensor4D, tf.Tensor2D> {
  const depth = halvings({ width, height });
  const [rows, columns] = [height / 2 ** depth, width / 2 ** depth];
  const widest = filters * depth;
  const first = dense('first', { from, to: rows * columns * widest });
  const firstNorm = batchNorm('first', widest);
  const steps = Array.from({ length: depth - 1 }, (_, i) => {
    const to = filters * (depth - 1 - i);
    return { filter: doubling(`up${i}`, { from: to + filters, to }), norm: batchNorm(`up${i}`, to) };
  });
  const last = doubling('last', { from: filters, to: channels, deviation: 0.02 });
  return {
    init: (random) => initAll([first, firstNorm, ...steps.flatMap(({ filter, norm }) => [filter, norm]), last], random),
    forward(x, values, pass) {
      const statistics = {};
      const small = tf.reshape(first.apply(x, values), [x.shape[0], rows, columns, widest]) as tf.Tensor4D;
      let h: tf.Tensor4D = tf.relu(firstNorm.apply(small, values, pass, statistics));
      for (const { filter, norm } of steps) {
        h = tf.relu(norm.apply(filter.apply(h, values), values, pass, statistics));
      }
      return { output: tf.tanh(last.apply(h, values)), statistics };
    },
  };
}

/**
 * DCGAN's discriminator: 4×4 convolutions that halve the size, each followed by leaky ReLU with slope 0.2, and a dense layer to `to` logits
 * for each picture. It has no batch norm, unlike the paper, because a gradient penalty needs pictures that are not mixed.
 */
export function dcganDiscriminator({
  width,
  height,
  filters,
  channels,
  to = 1,
}: DcganSize & { readonly to?: number }): Network<tf.Tensor2D, tf.Tensor4D> {
  const depth = halvings({ width, height });
  const layers = Array.from({ length: depth }, (_, i) =>
    convolution(`down${i}`, { size: 4, from: filters * i || channels, to: filters * (i + 1), stride: 2, padding: 1 }),
  );
  const last = dense('last', { from: (height / 2 ** depth) * (width / 2 ** depth) * filters * depth, to });
  return {
    init: (random) => initAll([...layers, last], random),
    forward(x, values) {
      let h = x;
      for (const layer of layers) h = tf.leakyRelu(layer.apply(h, values), SLOPE);
      return { output: last.apply(tf.reshape(h, [x.shape[0], -1]), values), statistics: {} };
    },
  };
}
