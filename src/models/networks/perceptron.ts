/** The multilayer perceptron: dense layers, leaky ReLU between them. */
import * as tf from '@tensorflow/tfjs-core';
import { batchNorm } from './batch-norm.js';
import { dense } from './convolution.js';
import { initAll, type Network } from './network.js';

const SLOPE = 0.2;

/**
 * Rows `[batch, from]` to rows `[batch, to]` through hidden layers of so many units; `last` is what the output goes through. With
 * `normalised`, batch norm follows each hidden layer. Dropout drops hidden units.
 */
export function perceptron({
  from,
  hidden,
  to,
  last = 'linear',
  normalised = false,
}: {
  readonly from: number;
  readonly hidden: readonly number[];
  readonly to: number;
  readonly last?: 'linear' | 'tanh';
  readonly normalised?: boolean;
}): Network<tf.Tensor2D, tf.Tensor2D> {
  const sizes = [from, ...hidden, to];
  const layers = sizes.slice(1).map((size, i) => {
    // A small last layer keeps tanh away from its flat ends at the start.
    const small = last === 'tanh' && i === hidden.length ? { deviation: 0.02 } : {};
    return dense(`dense${i}`, { from: sizes[i] as number, to: size, ...small });
  });
  const norms = normalised ? hidden.map((units, i) => batchNorm(`dense${i}`, units)) : [];
  return {
    dropoutUnits: hidden.reduce((a, b) => a + b, 0),
    init: (random) => initAll([...layers, ...norms], random),
    forward(x, values, pass) {
      const statistics = {};
      const dropout = pass.dropout && tf.split(pass.dropout, [...hidden], 1);
      let h = x;
      for (const [i, layer] of layers.entries()) {
        h = layer.apply(h, values);
        if (i === layers.length - 1) break;
        const norm = norms[i];
        if (norm) h = tf.reshape(norm.apply(tf.reshape(h, [-1, 1, 1, h.shape[1]]), values, pass, statistics), h.shape);
        h = tf.leakyRelu(h, SLOPE);
        if (dropout) h = tf.mul(h, dropout[i] as tf.Tensor2D);
      }
      return { output: last === 'tanh' ? tf.tanh(h) : h, statistics };
    },
  };
}
