/** A U-Net, an encoder and a decoder with skip connections between layers of equal size. */
import * as tf from '@tensorflow/tfjs-core';
import { batchNorm } from './batch-norm.js';
import { convolution, doubling } from './convolution.js';
import { initAll, type Network } from './network.js';

const SLOPE = 0.2;
/** No layer has more than this many times the filters of the first. */
const MOST_TIMES = 4;
/** Sides below this are not halved. */
const LEAST_HALVED = 8;

/** Sides of a U-Net's pictures must be multiples of this. */
export const UNET_STEP = 8;

/** Options of {@link unet}. */
export interface UnetOptions {
  readonly width: number;
  readonly height: number;
  /** Filters of the first layer. */
  readonly filters: number;
  /** Channels in and out. Default 3. */
  readonly channels?: number;
  /** The share of the innermost decoder layer's filters that a training pass drops. Default 0. */
  readonly dropout?: number;
}

/**
 * The generator of pix2pix (Isola et al., CVPR 2017, after Ronneberger et al., "U-Net", MICCAI 2015) in a small form. The encoder has 4×4
 * convolutions of stride 2 with `filters`, 2·, 4·, 4· … `filters` filters, batch norm (except in the first) and leaky ReLU of slope 0.2,
 * while both sides are even and at least 8 pixels: 64×64 becomes 4×4. The decoder has as many transposed convolutions with batch norm and
 * ReLU, and tanh at the end. Each decoder layer also gets the encoder layer of its size, so that detail need not pass through the smallest
 * size.
 */
export function unet({ width, height, filters, channels = 3, dropout = 0 }: UnetOptions): Network {
  const depth = halvings(width, height);
  const widths = Array.from({ length: depth }, (_, i) => filters * Math.min(MOST_TIMES, 2 ** i));
  const encoder = widths.map((to, i) => ({
    filter: convolution(`down${i}`, { size: 4, from: widths[i - 1] ?? channels, to, stride: 2, padding: 1 }),
    ...(i > 0 && { norm: batchNorm(`down${i}`, to) }),
  }));
  // From the innermost layer outwards; each but the first also gets the encoder layer of its size.
  const decoder = widths
    .slice(0, -1)
    .reverse()
    .map((to, i) => {
      const below = widths[depth - 1 - i] as number;
      return { filter: doubling(`up${i}`, { from: i === 0 ? below : 2 * below, to }), norm: batchNorm(`up${i}`, to) };
    });
  const last = doubling('last', { from: depth > 1 ? 2 * filters : filters, to: channels, deviation: 0.02 });
  const layers = [...encoder, ...decoder].flatMap(({ filter, norm }) => (norm ? [filter, norm] : [filter]));
  return {
    dropoutUnits: widths.at(-2) ?? filters,
    dropoutRate: dropout,
    init: (random) => initAll([...layers, last], random),
    forward(x, values, pass) {
      const statistics = {};
      const skips: tf.Tensor4D[] = [];
      let h = x;
      for (const { filter, norm } of encoder) {
        h = filter.apply(h, values);
        h = tf.leakyRelu(norm ? norm.apply(h, values, pass, statistics) : h, SLOPE);
        skips.push(h);
      }
      skips.pop();
      for (const [i, { filter, norm }] of decoder.entries()) {
        h = tf.relu(norm.apply(filter.apply(h, values), values, pass, statistics));
        if (i === 0 && pass.dropout) h = tf.mul(h, tf.reshape(pass.dropout, [x.shape[0], 1, 1, -1]));
        h = tf.concat([h, skips.pop() as tf.Tensor4D], 3);
      }
      return { output: tf.tanh(last.apply(h, values)), statistics };
    },
  };
}

function halvings(width: number, height: number): number {
  let depth = 0;
  for (let [w, h] = [width, height]; Math.min(w, h) >= LEAST_HALVED && w % 2 === 0 && h % 2 === 0; w /= 2, h /= 2)
    depth++;
  return depth;
}
