/** The generator of frontalise: a picture seen from the side to the same seen from the front. */
import * as tf from '@tensorflow/tfjs-core';
import { convolution, doubling } from './convolution.js';
import { initAll, type RefinerNetwork } from './network.js';

const SLOPE = 0.2;

/** Sides of its pictures must be multiples of this. */
export const FRONTAL_STEP = 8;

/**
 * An encoder-decoder to an eighth of the size, where places that turning takes apart come together, with skips at a quarter and a half:
 *
 *     x ── 4×4 /2 ── half ───────────────────────────────────────────── join ── 3×3 ── ×2 ── paint, share
 *                      └── 4×4 /2 ── quarter ────────── join ── 3×3 ── ×2 ──┘
 *                                      └── 4×4 /2 ── + mean ── blocks ── ×2 ──┘
 *
 * R(x) = share · x + (1 − share) · paint: where nothing moves, such as on the cheek, the picture itself stays, with its grain.
 *
 * `maps` at half the size, two and four times as many at a quarter and an eighth; `blocks` residual blocks of two 3×3 convolutions.
 */
export function frontalNetwork({ maps, blocks }: { readonly maps: number; readonly blocks: number }): RefinerNetwork {
  const common = { padding: 1, border: 'reflect' } as const;
  const [some, many] = [2 * maps, 4 * maps];
  const stem = convolution('stem', { ...common, size: 4, from: 3, to: maps, stride: 2 });
  const down1 = convolution('down1', { ...common, size: 4, from: maps, to: some, stride: 2 });
  const down2 = convolution('down2', { ...common, size: 4, from: some, to: many, stride: 2 });
  const context = convolution('context', { size: 1, from: many, to: many, deviation: 0 });
  const residuals = Array.from({ length: blocks }, (_, i) => ({
    a: convolution(`block${i}/a`, { ...common, size: 3, from: many, to: many }),
    b: convolution(`block${i}/b`, { ...common, size: 3, from: many, to: many, deviation: 0 }),
  }));
  const up1 = doubling('up1', { from: many, to: some });
  const join1 = convolution('join1', { ...common, size: 3, from: 2 * some, to: some });
  const up2 = doubling('up2', { from: some, to: maps });
  const join2 = convolution('join2', { ...common, size: 3, from: 2 * maps, to: maps });
  const last = doubling('last', { from: maps, to: 4, deviation: 0.02 });
  const layers = [
    stem,
    down1,
    down2,
    context,
    ...residuals.flatMap(({ a, b }) => [a, b]),
    up1,
    join1,
    up2,
    join2,
    last,
  ];
  return {
    init: (random) => initAll(layers, random),
    forward(x, values) {
      const half = tf.leakyRelu(stem.apply(x, values), SLOPE);
      const quarter = tf.leakyRelu(down1.apply(half, values), SLOPE);
      let h: tf.Tensor4D = tf.leakyRelu(down2.apply(quarter, values), SLOPE);
      h = tf.add(h, context.apply(tf.mean<tf.Tensor4D>(h, [1, 2], true), values));
      for (const { a, b } of residuals) h = tf.add(h, b.apply(tf.leakyRelu(a.apply(h, values), SLOPE), values));
      h = tf.leakyRelu(up1.apply(h, values), SLOPE);
      h = tf.leakyRelu(join1.apply(tf.concat([h, quarter], 3), values), SLOPE);
      h = tf.leakyRelu(up2.apply(h, values), SLOPE);
      h = tf.leakyRelu(join2.apply(tf.concat([h, half], 3), values), SLOPE);
      const [paint, share] = tf.split(last.apply(h, values), [3, 1], 3) as [tf.Tensor4D, tf.Tensor4D];
      const painted = tf.tanh(paint);
      return { output: tf.add(painted, tf.mul(tf.sigmoid(share), tf.sub(x, painted))), statistics: {} };
    },
  };
}
