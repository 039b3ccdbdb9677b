/** The optimiser stochastic gradient descent as a pure function. */
import * as tf from '@tensorflow/tfjs-core';
import { need } from '../../engine/tensor-record.js';
import type { Optimiser } from './optimiser.js';

/** Stochastic gradient descent, the paper's optimiser: weight − learning rate · gradient. It has no moments. */
export function sgd({ learningRate }: { readonly learningRate: number }): Optimiser {
  return {
    init: () => ({}),
    update(gradients, weights, _moments, accepted) {
      const stepSize = tf.mul(accepted, learningRate);
      const next: Record<string, tf.Tensor> = {};
      for (const [name, gradient] of Object.entries(gradients)) {
        next[name] = tf.sub(need(weights, name), tf.mul(gradient, stepSize));
      }
      return { weights: next, moments: {} };
    },
  };
}
