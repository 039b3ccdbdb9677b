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
 *     x ─┬─ 3×3 ── blocks ── 3×3, scale² · 3 maps ── add ── sub-pixel shuffle ── clip
 *        └──────────── bicubic ──────────────────────┘
 *
 * `blocks` residual blocks of two 3×3 convolutions with `maps` maps, without batch norm, which blurs (Lim et al., "EDSR", CVPRW
 * 2017). All of it works at the small size; the last layer's maps are the pixels of the large one (Shi et al., "ESPCN", CVPR 2016).
 * That layer starts at zero, so that the network starts as bicubic enlargement, exactly. It is fully convolutional: pictures may
 * have any size of at least 2×2.
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

/** How many pixels of its input away an enlarged pixel sees, with so many residual blocks. */
export function reachOf(blocks: number): number {
  return 2 * blocks + 2;
}
