/** The networks of SimGAN's preset `dcgan-autoencoder`: a DCGAN auto-encoder and a small classifier, for comparison. */
import * as tf from '@tensorflow/tfjs-core';
import { batchNorm } from './batch-norm.js';
import { convolution, dense, doubling } from './convolution.js';
import { type DiscriminatorNetwork, initAll, type RefinerNetwork } from './network.js';

/** How often the auto-encoder halves the picture. Sides must be multiples of 2 to the power of this number. */
export const AUTOENCODER_HALVINGS = 4;

/**
 * A DCGAN generator (Radford et al., ICLR 2016) whose noise input is replaced by a convolutional encoder. The encoder has four 4×4
 * convolutions of stride 2 with `filters`, 2·, 4· and 8·`filters` filters, each with batch norm and leaky ReLU of slope 0.2. The decoder has
 * four transposed convolutions with batch norm and ReLU, and tanh at the end. Sides must be multiples of 16.
 */
export function autoencoderRefiner(options: { filters?: number; channels?: number } = {}): RefinerNetwork {
  const { filters = 64, channels = 3 } = options;
  const widths = Array.from({ length: AUTOENCODER_HALVINGS }, (_, i) => filters * 2 ** i);
  const encoder = widths.map((to, i) => ({
    filter: convolution(`down${i}`, { size: 4, from: widths[i - 1] ?? channels, to, stride: 2, padding: 1 }),
    norm: batchNorm(`down${i}`, to),
  }));
  const decoder = widths.slice(0, -1).map((_, i) => {
    const to = widths[AUTOENCODER_HALVINGS - 2 - i] as number;
    return { filter: doubling(`up${i}`, { from: 2 * to, to }), norm: batchNorm(`up${i}`, to) };
  });
  const last = doubling('last', { from: filters, to: channels, deviation: 0.02 });
  return {
    init: (random) =>
      initAll([...[...encoder, ...decoder].flatMap(({ filter, norm }) => [filter, norm]), last], random),
    forward(x, values, pass) {
      const statistics = {};
      let h = x;
      for (const { filter, norm } of encoder) {
        h = tf.leakyRelu(norm.apply(filter.apply(h, values), values, pass, statistics), 0.2);
      }
      for (const { filter, norm } of decoder) {
        h = tf.relu(norm.apply(filter.apply(h, values), values, pass, statistics));
      }
      return { output: tf.tanh(last.apply(h, values)), statistics };
    },
  };
}

/**
 * The small classifier of the Keras blog ("Building powerful image classification models using very little data", 2016):
 * three 3×3 convolutions with `filters`, `filters` and 2·`filters` filters, each with ReLU and 2×2 max pooling, a dense layer of 64 units
 * with dropout of 0.5, and one logit for each picture. The size of pictures is fixed, with sides of at least 22 pixels.
 */
export function autoencoderDiscriminator(options: {
  height: number;
  width: number;
  filters?: number;
  channels?: number;
}): DiscriminatorNetwork {
  const { height, width, filters = 32, channels = 3 } = options;
  const units = 64;
  const layers = [
    convolution('conv1', { size: 3, from: channels, to: filters }),
    convolution('conv2', { size: 3, from: filters, to: filters }),
    convolution('conv3', { size: 3, from: filters, to: 2 * filters }),
  ];
  const hidden = dense('hidden', { from: afterPools(height) * afterPools(width) * 2 * filters, to: units });
  const last = dense('last', { from: units, to: 1 });
  return {
    dropoutUnits: units,
    dropoutRate: 0.5,
    init: (random) => initAll([...layers, hidden, last], random),
    forward(x, values, { dropout }) {
      let h = x;
      for (const layer of layers) h = tf.maxPool(tf.relu(layer.apply(h, values)), 2, 2, 'valid');
      let flat: tf.Tensor2D = tf.relu(hidden.apply(tf.reshape(h, [x.shape[0], -1]), values));
      if (dropout !== undefined) flat = tf.mul(flat, dropout);
      return { output: last.apply(flat, values), statistics: {} };
    },
  };
}

function afterPools(side: number): number {
  let length = side;
  for (let i = 0; i < 3; i++) length = Math.floor((length - 2) / 2);
  return length;
}
