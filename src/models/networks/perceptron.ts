/** The multilayer perceptron: dense layers with leaky ReLU between them. */
import * as tf from '@tensorflow/tfjs-core';
import { batchNorm } from './batch-norm.js';
import { dense } from './convolution.js';
import { initAll, type Network } from './network.js';

const SLOPE = 0.2;

/**
 * A network from rows `[batch, from]` to rows `[batch, to]` with hidden layers of `hidden` units. The output has the activation `last`. With
 * `normalised`, batch norm follows each hidden layer. Dropout applies to the hidden units.
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
    // With a small last layer, tanh does not saturate at the start.
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
