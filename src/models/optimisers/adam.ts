/** The optimiser Adam as a pure function. */
import * as tf from '@tensorflow/tfjs-core';
import { filled, need } from '../../engine/tensor-record.js';
import type { Optimiser } from './optimiser.js';

/** Options of {@link adam}. */
export interface AdamOptions {
  readonly learningRate: number;
  /** Decay of the mean of gradients. Default 0.5, as is usual for adversarial training (Radford et al., ICLR 2016). */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the mean square. Default 1e-8. */
  readonly epsilon?: number;
}

/**
 * Adam (Kingma and Ba, ICLR 2015) in its efficient form, where the step size includes the bias corrections. The moments are `m/NAME`,
 * `v/NAME` and the scalar `updates`, the number of updates.
 *
 * An update that is not accepted has decays of 1 and a step of 0, which keeps the old values exactly. This takes one more multiplication;
 * selecting between old and new values would read every tensor again.
 */
export function adam({ learningRate, beta1 = 0.5, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions): Optimiser {
  return {
    init(weights) {
      const moments = { updates: filled([], 0) };
      for (const [name, { shape }] of Object.entries(weights)) {
        Object.assign(moments, { [`m/${name}`]: filled(shape, 0), [`v/${name}`]: filled(shape, 0) });
      }
      return moments;
    },
    update(gradients, weights, moments, accepted) {
      const updates = tf.add(need(moments, 'updates'), accepted);
      // Before the first accepted update the correction would divide by zero.
      const age = tf.maximum(updates, 1);
      const meanCorrection = tf.sub(1, tf.pow(tf.scalar(beta1), age));
      const rootCorrection = tf.sqrt(tf.sub(1, tf.pow(tf.scalar(beta2), age)));
      const stepSize = tf.mul(accepted, tf.div(tf.mul(rootCorrection, learningRate), meanCorrection));
      const floor = tf.mul(rootCorrection, epsilon);
      const gain1 = tf.mul(accepted, 1 - beta1);
      const gain2 = tf.mul(accepted, 1 - beta2);
      const keep1 = tf.sub(1, gain1);
      const keep2 = tf.sub(1, gain2);
      const next = { weights: {} as Record<string, tf.Tensor>, moments: { updates } as Record<string, tf.Tensor> };
      for (const [name, gradient] of Object.entries(gradients)) {
        const m = tf.add(tf.mul(need(moments, `m/${name}`), keep1), tf.mul(gradient, gain1));
        const v = tf.add(tf.mul(need(moments, `v/${name}`), keep2), tf.mul(tf.square(gradient), gain2));
        next.moments[`m/${name}`] = m;
        next.moments[`v/${name}`] = v;
        const step = tf.div(tf.mul(m, stepSize), tf.add(tf.sqrt(v), floor));
        next.weights[name] = tf.sub(need(weights, name), step);
      }
      return next;
    },
  };
}
