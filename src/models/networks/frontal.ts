/** The generator of `frontalise`, which turns a picture from the side to the front. */
import * as tf from '@tensorflow/tfjs-core';
import { clipToRange } from './clip.js';
import { convolution, doubling } from './convolution.js';
import { warped } from './flow.js';
import { initAll, type RefinerNetwork } from './network.js';
import { residualBlocks } from './residual-blocks.js';

const SLOPE = 0.2;

/** Sides of its pictures must be multiples of this. */
export const FRONTAL_STEP = 8;

/** How many pixels of offset a value of 1 in the flow layer means. */
const FLOW_SCALE = 4;

/**
 * An encoder-decoder that gives a flow, which says where each pixel is read, and a correction that is added:
 *
 *     x ── 4×4 /2 ── half ───────────────────────────────────────────── join ── 3×3 ── ×2 ── paint
 *                      └── 4×4 /2 ── quarter ────────── join ── 3×3 ── ×2 ──┘
 *                                      └── 4×4 /2 ── + mean ── blocks ── ×2 ──┘    └── 3×3 ── flow
 *
 * R(x) = warped(x, flow) + paint, clipped to [−1, 1]. The flow moves what the picture already shows, together with its grain; it is computed
 * at a quarter of the size and enlarged bilinearly. The layer `paint` adds what was hidden, such as a lid. Both start at zero, so that R
 * starts as the identity. The layers at an eighth of the size and the mean of the whole picture connect distant places.
 *
 * The network has `filters` filters at half the size, two and four times as many at a quarter and an eighth, and `blocks` residual blocks of
 * two 3×3 convolutions.
 */
export function frontalNetwork({
  filters,
  blocks,
}: {
  readonly filters: number;
  readonly blocks: number;
}): RefinerNetwork {
  const common = { padding: 1, border: 'reflect' } as const;
  const [some, many] = [2 * filters, 4 * filters];
  const stem = convolution('stem', { ...common, size: 4, from: 3, to: filters, stride: 2 });
  const down1 = convolution('down1', { ...common, size: 4, from: filters, to: some, stride: 2 });
  const down2 = convolution('down2', { ...common, size: 4, from: some, to: many, stride: 2 });
  const context = convolution('context', { size: 1, from: many, to: many, deviation: 0 });
  const residuals = residualBlocks(blocks, many);
  const up1 = doubling('up1', { from: many, to: some });
  const join1 = convolution('join1', { ...common, size: 3, from: 2 * some, to: some });
  const flow = convolution('flow', { ...common, size: 3, from: some, to: 2, deviation: 0 });
  const up2 = doubling('up2', { from: some, to: filters });
  const join2 = convolution('join2', { ...common, size: 3, from: 2 * filters, to: filters });
  const paint = doubling('paint', { from: filters, to: 3, deviation: 0 });
  const trunk = [stem, down1, down2, context, ...residuals.layers];
  return {
    init: (random) => initAll([...trunk, up1, join1, flow, up2, join2, paint], random),
    forward(x, values) {
      const half = tf.leakyRelu(stem.apply(x, values), SLOPE);
      const quarter = tf.leakyRelu(down1.apply(half, values), SLOPE);
      let h: tf.Tensor4D = tf.leakyRelu(down2.apply(quarter, values), SLOPE);
      h = tf.add(h, context.apply(tf.mean<tf.Tensor4D>(h, [1, 2], true), values));
      h = residuals.apply(h, values);
      h = tf.leakyRelu(up1.apply(h, values), SLOPE);
      h = tf.leakyRelu(join1.apply(tf.concat([h, quarter], 3), values), SLOPE);
      const shifts = tf.image.resizeBilinear(flow.apply(h, values), [x.shape[1], x.shape[2]], false, true);
      h = tf.leakyRelu(up2.apply(h, values), SLOPE);
      h = tf.leakyRelu(join2.apply(tf.concat([h, half], 3), values), SLOPE);
      const moved = warped(x, tf.mul(shifts, FLOW_SCALE));
      return { output: clipToRange(tf.add(moved, paint.apply(h, values))), statistics: {} };
    },
  };
}
