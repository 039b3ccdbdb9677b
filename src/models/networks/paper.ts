/** The networks of the SimGAN paper for eyes and for hands. */
import * as tf from '@tensorflow/tfjs-core';
import { type ConvolutionLayer, convolution } from './convolution.js';
import { type DiscriminatorNetwork, initAll, type RefinerNetwork } from './network.js';

/**
 * The refiner of the paper: a 3×3 convolution, residual blocks at full size (convolution, ReLU, convolution, add, ReLU), a 1×1 convolution
 * and tanh. It works on any size. With 64 filters and 4 blocks on grey pictures it has the paper's 296,129 weights.
 *
 * For hands the first convolution is 7×7 (`first`) and there are 10 blocks. A picture of 224×224 then takes 37 G multiply-adds.
 *
 * Source: Shrivastava et al., "Learning from Simulated and Unsupervised Images through Adversarial Training", CVPR 2017.
 */
export function paperRefiner(
  options: { filters?: number; blocks?: number; channels?: number; first?: 3 | 7 } = {},
): RefinerNetwork {
  const { filters = 64, blocks = 4, channels = 3, first: size = 3 } = options;
  const first = convolution('first', { size, from: channels, to: filters, padding: (size - 1) / 2 });
  const residuals = Array.from({ length: blocks }, (_, i) => ({
    a: convolution(`block${i}/a`, { size: 3, from: filters, to: filters, padding: 1 }),
    b: convolution(`block${i}/b`, { size: 3, from: filters, to: filters, padding: 1 }),
  }));
  // With a small last layer, tanh does not saturate at the start.
  const last = convolution('last', { size: 1, from: filters, to: channels, deviation: 0.1 / Math.sqrt(filters) });
  return {
    init: (random) => initAll([first, ...residuals.flatMap(({ a, b }) => [a, b]), last], random),
    forward(x, values) {
      let h: tf.Tensor4D = tf.relu(first.apply(x, values));
      for (const { a, b } of residuals) {
        h = tf.relu(tf.add(h, b.apply(tf.relu(a.apply(h, values)), values)) as tf.Tensor4D);
      }
      return { output: tf.tanh(last.apply(h, values)), statistics: {} };
    },
  };
}

/**
 * The patch discriminator of the paper: conv3/2-96, conv3/2-64, max pool 3/1, conv3-32, conv1-32, conv1-2, with ReLU between them and none
 * after the last. The last layer gives the logits of *refined* and *real*; their difference is the logit of refined. On the paper's grey
 * pictures of 55×35 it has 75,906 weights and 9×14 patches.
 */
export function paperDiscriminator(options: { filters?: number; channels?: number } = {}): DiscriminatorNetwork {
  const { filters = 96, channels = 3 } = options;
  const [middle, small] = narrower(filters);
  return patches(small, { size: 3, stride: 1 }, [
    convolution('conv1', { size: 3, from: channels, to: filters, stride: 2, padding: 1 }),
    convolution('conv2', { size: 3, from: filters, to: middle, stride: 2, padding: 1 }),
    convolution('conv3', { size: 3, from: middle, to: small, padding: 1 }),
    convolution('conv4', { size: 1, from: small, to: small }),
  ]);
}

/**
 * The patch discriminator of the paper for hands: conv7/4-96, conv5/2-64, max pool 3/2, conv3/2-64, conv3/2-32, conv1-32, conv1-2,
 * otherwise as {@link paperDiscriminator}. On the paper's pictures of 224×224 it has 4×4 patches.
 */
export function paperHandsDiscriminator(options: { filters?: number; channels?: number } = {}): DiscriminatorNetwork {
  const { filters = 96, channels = 3 } = options;
  const [middle, small] = narrower(filters);
  return patches(small, { size: 3, stride: 2 }, [
    convolution('conv1', { size: 7, from: channels, to: filters, stride: 4, padding: 3 }),
    convolution('conv2', { size: 5, from: filters, to: middle, stride: 2, padding: 2 }),
    convolution('conv3', { size: 3, from: middle, to: middle, stride: 2, padding: 1 }),
    convolution('conv4', { size: 3, from: middle, to: small, stride: 2, padding: 1 }),
    convolution('conv5', { size: 1, from: small, to: small }),
  ]);
}

/** Two thirds of the filters, and one third. */
function narrower(filters: number): [middle: number, small: number] {
  return [Math.ceil((filters * 2) / 3), Math.ceil(filters / 3)];
}

/** Applies layers with ReLU, with max pooling after the second, and then a layer that gives the logit of each patch. */
function patches(
  small: number,
  pool: { readonly size: number; readonly stride: number },
  layers: readonly ConvolutionLayer[],
): DiscriminatorNetwork {
  const last = convolution('last', { size: 1, from: small, to: 2, deviation: 0.1 / Math.sqrt(small) });
  return {
    init: (random) => initAll([...layers, last], random),
    forward(x, values) {
      let h = x;
      for (const [i, layer] of layers.entries()) {
        h = tf.relu(layer.apply(h, values));
        if (i === 1) h = tf.maxPool(h, pool.size, pool.stride, 1);
      }
      const [refined, real] = tf.split(last.apply(h, values), 2, 3) as [tf.Tensor4D, tf.Tensor4D];
      return { output: tf.sub(refined, real), statistics: {} };
    },
  };
}
