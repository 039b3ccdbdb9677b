/** The networks of the `live` preset: small enough to learn beside a running video on one processor core. */
import * as tf from '@tensorflow/tfjs-core';
import { convolution } from './convolution.js';
import { type DiscriminatorNetwork, initAll, type RefinerNetwork } from './network.js';

const SLOPE = 0.2;
const CLIP = 0.98;

export function liveRefiner(options: { maps?: number; blocks?: number; channels?: number } = {}): RefinerNetwork {
  const { maps = 32, blocks = 4, channels = 3 } = options;
  const border = 'reflect';
  const detailMaps = Math.ceil((maps * 3) / 8);
  const headMaps = Math.ceil(maps / 2);
  const stem = convolution('stem', { size: 4, from: channels, to: maps, stride: 2, padding: 1, border });
  const residuals = Array.from({ length: blocks }, (_, i) => ({
    a: convolution(`block${i}/a`, { size: 3, from: maps, to: maps, padding: 1, border }),
    b: convolution(`block${i}/b`, { size: 3, from: maps, to: maps, padding: 1, border, deviation: 0 }),
  }));
  const detail = convolution('detail', { size: 3, from: channels, to: detailMaps, padding: 1, border });
  const head = convolution('head', { size: 3, from: maps + detailMaps, to: headMaps, padding: 1, border });
  const last = convolution('last', { size: 3, from: headMaps, to: channels, padding: 1, border, deviation: 0 });
  return {
    init: (random) => initAll([stem, ...residuals.flatMap(({ a, b }) => [a, b]), detail, head, last], random),
    forward(x, values) {
      let h = tf.leakyRelu(stem.apply(x, values), SLOPE);
      for (const { a, b } of residuals) h = tf.add(h, b.apply(tf.leakyRelu(a.apply(h, values), SLOPE), values));
      const [, height, width] = x.shape;
      const enlarged = tf.image.resizeBilinear(h, [height, width], false, true);
      const fine = tf.leakyRelu(detail.apply(x, values), SLOPE);
      const merged = tf.leakyRelu(head.apply(tf.concat([enlarged, fine], 3), values), SLOPE);
      return { output: moved(x, tf.tanh(last.apply(merged, values))), statistics: {} };
    },
  };
}

/** tanh(atanh(x) + atanh(t)), without the detour: x itself where t is 0, and never outside (−1, 1). */
function moved(x: tf.Tensor4D, t: tf.Tensor4D): tf.Tensor4D {
  const inside = tf.clipByValue(x, -CLIP, CLIP);
  return tf.div(tf.add(inside, t), tf.add(tf.mul(inside, t), 1));
}

export function liveDiscriminator(options: { maps?: number; channels?: number } = {}): DiscriminatorNetwork {
  const { maps = 32, channels = 3 } = options;
  const layers = [
    convolution('conv1', { size: 4, from: channels, to: maps, stride: 2 }),
    convolution('conv2', { size: 4, from: maps, to: 2 * maps, stride: 2 }),
    convolution('conv3', { size: 3, from: 2 * maps, to: 2 * maps }),
  ];
  const last = convolution('last', { size: 1, from: 2 * maps, to: 1, deviation: 0.1 / Math.sqrt(maps) });
  return {
    init: (random) => initAll([...layers, last], random),
    forward(x, values) {
      let h = x;
      for (const layer of layers) h = tf.leakyRelu(layer.apply(h, values), SLOPE);
      return { output: last.apply(h, values), statistics: {} };
    },
  };
}
