/** The generator of `srgan`: a residual network at low resolution on top of bicubic enlargement. */
import * as tf from '@tensorflow/tfjs-core';
import { bicubicPhases } from './bicubic.js';
import { clipToRange } from './clip.js';
import { convolution } from './convolution.js';
import { initAll, type Network } from './network.js';
import { residualBlocks } from './residual-blocks.js';

const SLOPE = 0.2;

/**
 * Enlarges pictures by `scale`:
 *
 *     x ─┬─ 3×3 ── blocks ── 3×3 to scale² · 3 ── add ── sub-pixel shuffle ── clip
 *        └──────────────── bicubic ───────────────┘
 *
 * It has `blocks` residual blocks of two 3×3 convolutions with `filters` filters, without batch norm, which reduces sharpness (Lim et al.,
 * "EDSR", CVPRW 2017). All layers work at the small size; the channels of the last one are the pixels of the large picture (Shi et al.,
 * "ESPCN", CVPR 2016). That layer starts at zero, so that the network starts exactly as bicubic enlargement. The network is fully
 * convolutional, so pictures may have any size of at least 2×2.
 */
export function superResolution(options: { scale: number; filters: number; blocks: number }): Network<tf.Tensor4D> {
  const { scale, filters, blocks } = options;
  const common = { size: 3, padding: 1, border: 'reflect' } as const;
  const first = convolution('first', { ...common, from: 3, to: filters });
  const residuals = residualBlocks(blocks, filters);
  const last = convolution('last', { ...common, from: filters, to: scale * scale * 3, deviation: 0 });
  return {
    init: (random) => initAll([first, ...residuals.layers, last], random),
    forward(x, values) {
      let h: tf.Tensor4D = tf.leakyRelu(first.apply(x, values), SLOPE);
      h = residuals.apply(h, values);
      const pixels = tf.add<tf.Tensor4D>(last.apply(h, values), bicubicPhases(x, scale));
      return { output: clipToRange(tf.depthToSpace(pixels, scale)), statistics: {} };
    },
  };
}

/** The distance in input pixels over which an enlarged pixel depends on its input, for this number of residual blocks. */
export function reachOf(blocks: number): number {
  return 2 * blocks + 2;
}
