/** The multilayer perceptron: dense layers, leaky ReLU between them. */
import * as tf from '@tensorflow/tfjs-core';
import { dense } from './convolution.js';
import { initAll, type Network } from './network.js';

const SLOPE = 0.2;

/** Rows `[batch, from]` to rows `[batch, to]` through hidden layers of so many units; `last` is what the output goes through. */
export function perceptron({
  from,
  hidden,
  to,
  last = 'linear',
}: {
  readonly from: number;
  readonly hidden: readonly number[];
  readonly to: number;
  readonly last?: 'linear' | 'tanh';
}): Network<tf.Tensor2D, tf.Tensor2D> {
  const sizes = [from, ...hidden, to];
  const layers = sizes.slice(1).map((size, i) => dense(`dense${i}`, { from: sizes[i] as number, to: size }));
  return {
    init: (random) => initAll(layers, random),
    forward(x, values) {
      let h = x;
      for (const [i, layer] of layers.entries()) {
        h = layer.apply(h, values);
        if (i < layers.length - 1) h = tf.leakyRelu(h, SLOPE);
      }
      return { output: last === 'tanh' ? tf.tanh(h) : h, statistics: {} };
    },
  };
}
