/** Residual blocks without normalisation, which several generators share. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../../engine/types.js';
import { type ConvolutionLayer, convolution } from './convolution.js';

const SLOPE = 0.2;

/** A row of residual blocks. */
export interface ResidualBlocks {
  /** The layers of all blocks, in the order in which their weights are drawn. */
  readonly layers: readonly ConvolutionLayer[];
  /** Applies all blocks to `h` `[count, rows, columns, channels]`; the result has the same shape. */
  apply(h: tf.Tensor4D, values: Tensors): tf.Tensor4D;
}

/**
 * `count` blocks h + b(LeakyReLU(a(h))), where a and b are 3×3 convolutions with `channels` filters and reflected borders. Each b starts
 * at zero, so that each block starts as the identity. The weights are named `block0/a/…`, `block0/b/…`, `block1/a/…` and so on.
 */
export function residualBlocks(count: number, channels: number): ResidualBlocks {
  const common = { size: 3, padding: 1, border: 'reflect', from: channels, to: channels } as const;
  const blocks = Array.from({ length: count }, (_, i) => ({
    a: convolution(`block${i}/a`, common),
    b: convolution(`block${i}/b`, { ...common, deviation: 0 }),
  }));
  return {
    layers: blocks.flatMap(({ a, b }) => [a, b]),
    apply(x, values) {
      let h = x;
      for (const { a, b } of blocks) h = tf.add(h, b.apply(tf.leakyRelu(a.apply(h, values), SLOPE), values));
      return h;
    },
  };
}
