/** Convolution layers with bias (zero or reflection padding, or transposed), and the dense layer. */
import * as tf from '@tensorflow/tfjs-core';
import { filled, need } from '../../engine/tensor-record.js';
import type { TensorRecord, Tensors } from '../../engine/types.js';
import type { Random } from '../../random.js';
import type { Layer } from './network.js';

/** Shape, padding and initial kernel of a convolution. */
export interface ConvolutionOptions {
  /** Kernel rows and columns. */
  readonly size: number;
  /** Channels in. */
  readonly from: number;
  /** Channels out. */
  readonly to: number;
  /** Default 1. */
  readonly stride?: number;
  /** Pixels added on every side before the convolution. Default 0. */
  readonly padding?: number;
  /** What the added pixels hold. Default `zero`. */
  readonly border?: 'zero' | 'reflect';
  /** Standard deviation of the initial kernel; 0 starts the layer at zero. Default √(2 / fan-in) (He et al., ICCV 2015). */
  readonly deviation?: number;
}

/** A layer that turns one tensor into another. */
export interface ConvolutionLayer extends Layer {
  /** Convolves `x` `[count, rows, columns, from]`; the result has `to` channels. */
  apply(x: tf.Tensor4D, values: Tensors): tf.Tensor4D;
}

/** Cross-correlation with a kernel `NAME/kernel` `[size, size, from, to]`, plus `NAME/bias` `[to]`. */
export function convolution(name: string, options: ConvolutionOptions): ConvolutionLayer {
  const { size, from, to, stride = 1, padding = 0, border = 'zero' } = options;
  const deviation = options.deviation ?? Math.sqrt(2 / (size * size * from));
  const margin: [number, number] = [padding, padding];
  const margins: [number, number][] = [[0, 0], margin, margin, [0, 0]];
  return {
    init(random, { weights }) {
      weights[`${name}/kernel`] = normal([size, size, from, to], deviation, random);
      weights[`${name}/bias`] = filled([to], 0);
    },
    apply(x, values) {
      const padded = border === 'reflect' && padding > 0 ? tf.mirrorPad(x, margins, 'reflect') : x;
      const kernel = need<tf.Tensor4D>(values, `${name}/kernel`);
      const added = padded === x ? padding : 0;
      return tf.add(tf.conv2d(padded, kernel, stride, added), need(values, `${name}/bias`));
    },
  };
}

/** Transposed convolution that doubles rows and columns: kernel `[4, 4, to, from]`, stride 2, plus bias (DCGAN's decoder). */
export function doubling(
  name: string,
  options: { readonly from: number; readonly to: number; readonly deviation?: number },
): ConvolutionLayer {
  const { from, to } = options;
  // Each output pixel sees 2 × 2 of the 4 × 4 taps.
  const deviation = options.deviation ?? Math.sqrt(2 / (4 * from));
  return {
    init(random, { weights }) {
      weights[`${name}/kernel`] = normal([4, 4, to, from], deviation, random);
      weights[`${name}/bias`] = filled([to], 0);
    },
    apply(x, values) {
      const [batch, height, width] = x.shape;
      const kernel = need<tf.Tensor4D>(values, `${name}/kernel`);
      const y = tf.conv2dTranspose(x, kernel, [batch, 2 * height, 2 * width, to], 2, 'same');
      return tf.add(y, need(values, `${name}/bias`));
    },
  };
}

/** Matrix product with `NAME/kernel` `[from, to]`, plus `NAME/bias` `[to]`; `deviation` as of a convolution. */
export function dense(
  name: string,
  {
    from,
    to,
    deviation = Math.sqrt(2 / from),
  }: { readonly from: number; readonly to: number; readonly deviation?: number },
): Layer & {
  /** Multiplies `x` `[count, from]`; the result is `[count, to]`. */
  apply(x: tf.Tensor2D, values: Tensors): tf.Tensor2D;
} {
  return {
    init(random, { weights }) {
      weights[`${name}/kernel`] = normal([from, to], deviation, random);
      weights[`${name}/bias`] = filled([to], 0);
    },
    apply(x, values) {
      return tf.add(tf.matMul(x, need<tf.Tensor2D>(values, `${name}/kernel`)), need(values, `${name}/bias`));
    },
  };
}

type Entry = TensorRecord[string];

function normal(shape: readonly number[], deviation: number, random: Random): Entry {
  const entry = filled(shape, 0);
  if (deviation > 0) for (let i = 0; i < entry.data.length; i++) entry.data[i] = random.normal(0, deviation);
  return entry;
}
