/** A small form of CycleGAN's residual generator, which translates pictures of one kind to another. */
import * as tf from '@tensorflow/tfjs-core';
import { convolution, dense } from './convolution.js';
import { initAll, type RefinerNetwork } from './network.js';
import { residualBlocks } from './residual-blocks.js';

const SLOPE = 0.2;

/** Sides of its pictures must be multiples of this. */
export const TRANSLATOR_STEP = 4;

/**
 * Two convolutions that halve the size, residual blocks at a quarter of it, and two enlargements, as in Johnson et al. (ECCV 2016) and
 * CycleGAN, with skip connections and the mean of the picture in addition:
 *
 *     x ─┬─ 4×4 /2 ─┬─ 4×4 /2 ── + mean ── blocks ── ×2 ── add ── 3×3 ── ×2 ── concat ── 3×3 ── 3×3 ── tanh
 *        │          └──────────────────────────────────────┘                    │
 *        └──────────────────────────────────────────────────────────────────────┘
 *
 * The last layers also get the picture itself, and the layers before them the half-size features (U-Net; Ronneberger et al., MICCAI 2015),
 * so that sharp edges need not pass through the small size. Features are enlarged bilinearly before they are convolved, which leaves no
 * checkerboard. Reflected borders avoid artefacts at the rim. There is no batch norm, so that pictures do not influence each other.
 *
 * The network has `filters` (32) filters at a quarter of the size, half as many at half the size, a quarter as many at full size, and
 * `blocks` (2) residual blocks of two 3×3 convolutions.
 */
export function translator(options: { filters?: number; blocks?: number; channels?: number } = {}): RefinerNetwork {
  const { filters = 32, blocks = 2, channels = 3 } = options;
  const [half, quarter] = [Math.ceil(filters / 2), Math.ceil(filters / 4)];
  const common = { padding: 1, border: 'reflect' } as const;
  const stem = convolution('stem', { ...common, size: 4, from: channels, to: half, stride: 2 });
  const down = convolution('down', { ...common, size: 4, from: half, to: filters, stride: 2 });
  const context = dense('context', { from: filters, to: filters });
  const residuals = residualBlocks(blocks, filters);
  const up = convolution('up', { size: 1, from: filters, to: half });
  const merge = convolution('merge', { ...common, size: 3, from: half, to: quarter });
  const full = convolution('full', { ...common, size: 3, from: quarter + channels, to: quarter });
  // With a small last layer, tanh does not saturate at the start.
  const last = convolution('last', {
    ...common,
    size: 3,
    from: quarter,
    to: channels,
    deviation: 0.3 / Math.sqrt(9 * quarter),
  });
  const layers = [stem, down, context, ...residuals.layers, up, merge, full, last];
  return {
    init: (random) => initAll(layers, random),
    forward(x, values) {
      const halved = tf.leakyRelu(stem.apply(x, values), SLOPE);
      let h: tf.Tensor4D = tf.leakyRelu(down.apply(halved, values), SLOPE);
      h = tf.add(h, tf.reshape(context.apply(tf.mean<tf.Tensor2D>(h, [1, 2]), values), [x.shape[0], 1, 1, filters]));
      h = residuals.apply(h, values);
      const joined = tf.leakyRelu(tf.add<tf.Tensor4D>(halved, enlarged(up.apply(h, values))), SLOPE);
      const merged = tf.leakyRelu(merge.apply(joined, values), SLOPE);
      const detailed = tf.leakyRelu(full.apply(tf.concat([enlarged(merged), x], 3), values), SLOPE);
      return { output: tf.tanh(last.apply(detailed, values)), statistics: {} };
    },
  };
}

/** Doubles the size bilinearly. */
function enlarged(x: tf.Tensor4D): tf.Tensor4D {
  return tf.image.resizeBilinear(x, [2 * x.shape[1], 2 * x.shape[2]], false, true);
}
