/** The networks of SimGAN's preset `live`, which are small enough to learn beside a running video on one processor core. */
import * as tf from '@tensorflow/tfjs-core';
import { need } from '../../engine/tensor-record.js';
import type { Tensors } from '../../engine/types.js';
import { clipToRange } from './clip.js';
import { convolution } from './convolution.js';
import { layerStack } from './layer-stack.js';
import { type DiscriminatorNetwork, initAll, type RefinerNetwork } from './network.js';
import { residualBlocks } from './residual-blocks.js';

const SLOPE = 0.2;

/** Sides of the live refiner's pictures must be multiples of this. */
export const LIVE_STEP = 4;

/** How many bands of detail below full size have a gain: from half to a quarter, and from a quarter to an eighth of the size. */
const COARSE_BANDS = 2;

/**
 * A refiner that adds smooth colour and scales the detail of its input in three frequency bands. It works at half and a quarter of the size:
 *
 *     x ── 4×4 /2 ── half ──────────────────────── add ── 3×3 ── 3×3 ── colour, gains ── ×2 ── R(x)
 *                      └── 4×4 /2 ── + mean ── blocks ── ×2 ──┘
 *
 * A 1×1 convolution adds the mean of the whole picture to every place, because exposure and skin tone belong to the whole picture. The
 * output `colour` is added to the picture. The gains strengthen or weaken the picture's own detail, pixel by pixel, in three bands: x minus
 * its half-size copy, that copy minus its own half-size copy, and once more. R(x) = x + colour + Σ gain · band, clipped to [−1, 1]. Blur,
 * which cameras have and renderers do not, is a gain of −1. The last layer starts at zero, so that R starts exactly as the identity. All
 * outputs are enlarged bilinearly and none is computed at full size, so there is no checkerboard, no edge moves, and no full-size layer is
 * needed. Reflected borders avoid artefacts at the rim.
 *
 * The network has `filters` (32) filters at a quarter of the size, half as many at half the size, and `blocks` (2) residual blocks of two
 * 3×3 convolutions.
 */
export function liveRefiner(options: { filters?: number; blocks?: number; channels?: number } = {}): RefinerNetwork {
  const { filters = 32, blocks = 2, channels = 3 } = options;
  const few = Math.ceil(filters / 2);
  const common = { padding: 1, border: 'reflect' } as const;
  const stem = convolution('stem', { ...common, size: 4, from: channels, to: few, stride: 2 });
  const down = convolution('down', { ...common, size: 4, from: few, to: filters, stride: 2 });
  const residuals = residualBlocks(blocks, filters);
  const context = convolution('context', { size: 1, from: filters, to: filters, deviation: 0 });
  const up = convolution('up', { size: 1, from: filters, to: few });
  const merge = convolution('merge', { ...common, size: 3, from: few, to: few });
  const last = convolution('last', { ...common, size: 3, from: few, to: (2 + COARSE_BANDS) * channels, deviation: 0 });
  return {
    init: (random) => initAll([stem, down, context, ...residuals.layers, up, merge, last], random),
    forward(x, values) {
      const half = tf.leakyRelu(stem.apply(x, values), SLOPE);
      let h: tf.Tensor4D = tf.leakyRelu(down.apply(half, values), SLOPE);
      h = tf.add(h, ofOnePixel(tf.mean<tf.Tensor2D>(h, [1, 2]), values));
      h = residuals.apply(h, values);
      const both = tf.leakyRelu(tf.add<tf.Tensor4D>(half, resizedLike(half, up.apply(h, values))), SLOPE);
      const merged = tf.leakyRelu(merge.apply(both, values), SLOPE);
      const [colour, fineGain, ...gains] = tf.split(last.apply(merged, values), 2 + COARSE_BANDS, 3) as tf.Tensor4D[];
      const [smaller, fine] = splitDetail(x);
      let painted = colour;
      let rest = smaller;
      for (const gain of gains) {
        const [next, band] = splitDetail(rest);
        painted = tf.add(painted, tf.mul(gain, resizedLike(smaller, band)));
        rest = next;
      }
      const change = tf.add(resizedLike(x, painted), tf.mul(resizedLike(x, fineGain), fine));
      return { output: clipToRange(tf.add(x, change)), statistics: {} };
    },
  };
}

/** Applies the 1×1 convolution `context` to pictures of one pixel, as a matrix product, which works with any number of channels. */
function ofOnePixel(means: tf.Tensor2D, values: Tensors): tf.Tensor4D {
  const filters = means.shape[1];
  const kernel = tf.reshape<tf.Rank.R2>(need(values, 'context/kernel'), [filters, filters]);
  return tf.reshape(tf.add(tf.matMul(means, kernel), need(values, 'context/bias')), [-1, 1, 1, filters]);
}

/** A picture at half the size, and the detail that the half-size copy lacks. */
function splitDetail(x: tf.Tensor4D): [half: tf.Tensor4D, detail: tf.Tensor4D] {
  const [, height, width] = x.shape;
  const half = resized(x, Math.ceil(height / 2), Math.ceil(width / 2));
  return [half, tf.sub(x, resizedLike(x, half))];
}

/** Resizes bilinearly. At half the size, each pixel is the mean of 2×2 pixels. */
function resized(x: tf.Tensor4D, height: number, width: number): tf.Tensor4D {
  return tf.image.resizeBilinear(x, [height, width], false, true);
}

function resizedLike(target: tf.Tensor4D, x: tf.Tensor4D): tf.Tensor4D {
  return resized(x, target.shape[1], target.shape[2]);
}

/**
 * A patch discriminator with the convolutions 4×4 /2, 4×4 /2, 3×3 and 1×1 and leaky ReLU with slope 0.2 between them. Each logit sees 18×18
 * pixels. It has no padding, because both networks would otherwise exploit the border. The first layer has `filters` (24) filters, the others
 * have twice as many.
 */
export function liveDiscriminator(options: { filters?: number; channels?: number } = {}): DiscriminatorNetwork {
  const { filters = 24, channels = 3 } = options;
  const layers = [
    convolution('conv1', { size: 4, from: channels, to: filters, stride: 2 }),
    convolution('conv2', { size: 4, from: filters, to: 2 * filters, stride: 2 }),
    convolution('conv3', { size: 3, from: 2 * filters, to: 2 * filters }),
  ];
  const last = convolution('last', { size: 1, from: 2 * filters, to: 1, deviation: 0.1 / Math.sqrt(2 * filters) });
  return layerStack(layers, last);
}
