/** The generator of `saliency`, from a picture to the logits of an attention map. */
import * as tf from '@tensorflow/tfjs-core';
import { convolution, doubling } from './convolution.js';
import { initAll, type Network } from './network.js';

const SLOPE = 0.2;

/** Sides of its pictures must be multiples of this. */
export const ATTENTION_STEP = 8;

/**
 * SalGAN's encoder-decoder in a small form. Instead of VGG-16 it has three strided convolutions to an eighth of the size, where a 1×1
 * convolution adds the mean of the whole picture, and transposed convolutions back to half the size. The last enlargement is bilinear,
 * because attention maps are smooth.
 *
 *     x ── 4×4 /2 ── 4×4 /2 ── 4×4 /2 ── + mean ── 3×3 ── 3×3 ── ×2 ── ×2 ── 3×3 ── ×2 bilinear ── logits
 *
 * The result is `[batch, height, width, 1]`. The network has `filters` filters at half the size, and two and four times as many at a quarter
 * and an eighth. It has no batch norm, so that the map of a picture does not depend on other pictures.
 */
export function attentionNetwork({ filters }: { readonly filters: number }): Network<tf.Tensor4D> {
  const common = { padding: 1, border: 'reflect' } as const;
  const down = [
    convolution('down1', { ...common, size: 4, from: 3, to: filters, stride: 2 }),
    convolution('down2', { ...common, size: 4, from: filters, to: 2 * filters, stride: 2 }),
    convolution('down3', { ...common, size: 4, from: 2 * filters, to: 4 * filters, stride: 2 }),
  ];
  const context = convolution('context', { size: 1, from: 4 * filters, to: 4 * filters, deviation: 0 });
  const middle = [
    convolution('middle1', { ...common, size: 3, from: 4 * filters, to: 4 * filters }),
    convolution('middle2', { ...common, size: 3, from: 4 * filters, to: 4 * filters }),
  ];
  const up = [
    doubling('up1', { from: 4 * filters, to: 2 * filters }),
    doubling('up2', { from: 2 * filters, to: filters }),
  ];
  const last = convolution('last', { ...common, size: 3, from: filters, to: 1, deviation: 0.01 });
  return {
    init: (random) => initAll([...down, context, ...middle, ...up, last], random),
    forward(x, values) {
      let h = x;
      for (const layer of down) h = tf.leakyRelu(layer.apply(h, values), SLOPE);
      h = tf.add(h, context.apply(tf.mean<tf.Tensor4D>(h, [1, 2], true), values));
      for (const layer of [...middle, ...up]) h = tf.leakyRelu(layer.apply(h, values), SLOPE);
      const logits = last.apply(h, values);
      return { output: tf.image.resizeBilinear(logits, [x.shape[1], x.shape[2]], false, true), statistics: {} };
    },
  };
}
