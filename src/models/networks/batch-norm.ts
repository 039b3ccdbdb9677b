/** Batch normalisation: batch statistics with a compact gradient in training, running statistics in inference. */
import * as tf from '@tensorflow/tfjs-core';
import { filled, need } from '../../engine/tensor-record.js';
import type { Tensors } from '../../engine/types.js';
import type { Layer, Pass } from './network.js';

const EPSILON = 1e-5;
const MOMENTUM = 0.1;
const AXES = [0, 1, 2];

/** A batch-norm layer. */
export interface BatchNorm extends Layer {
  /** Normalises `x` `[count, rows, columns, channels]`. In training mode it uses the moments of the batch, and writes the new running ones into `statistics`. */
  apply(x: tf.Tensor4D, values: Tensors, pass: Pass, statistics: Tensors): tf.Tensor4D;
}

/**
 * Normalises each of `channels` over batch, rows and columns (Ioffe and Szegedy, ICML 2015). The weights are `NAME/scale` and `NAME/offset`.
 * The running statistics are `NAME/mean` and `NAME/variance`, in which each training pass counts a tenth.
 */
export function batchNorm(name: string, channels: number): BatchNorm {
  return {
    init(_random, { weights, statistics }) {
      weights[`${name}/scale`] = filled([channels], 1);
      weights[`${name}/offset`] = filled([channels], 0);
      statistics[`${name}/mean`] = filled([channels], 0);
      statistics[`${name}/variance`] = filled([channels], 1);
    },
    apply(x, values, pass, statistics) {
      const scale = need<tf.Tensor1D>(values, `${name}/scale`);
      const offset = need<tf.Tensor1D>(values, `${name}/offset`);
      const mean = need<tf.Tensor1D>(values, `${name}/mean`);
      const variance = need<tf.Tensor1D>(values, `${name}/variance`);
      if (pass.mode === 'inference') {
        const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, EPSILON)));
        return tf.add(tf.mul(x, factor), tf.sub(offset, tf.mul(mean, factor)));
      }
      const batch = moments(x);
      const count = x.shape[0] * x.shape[1] * x.shape[2];
      const unbiased = count / Math.max(1, count - 1);
      statistics[`${name}/mean`] = tf.add(tf.mul(mean, 1 - MOMENTUM), tf.mul(batch.mean, MOMENTUM));
      statistics[`${name}/variance`] = tf.add(
        tf.mul(variance, 1 - MOMENTUM),
        tf.mul(batch.variance, MOMENTUM * unbiased),
      );
      return normalise(x, scale, offset);
    },
  };
}

function moments(x: tf.Tensor): { mean: tf.Tensor; centred: tf.Tensor; variance: tf.Tensor } {
  const mean = tf.mean(x, AXES);
  const centred = tf.sub(x, mean);
  return { mean, centred, variance: tf.mean(tf.square(centred), AXES) };
}

/**
 * Normalisation in training mode. The gradients of `moments` and `batchNorm` in tf.js make many passes over the activations, so this
 * function has the gradient in closed form: dx = k·(dy − mean(dy) − x̂·mean(dy·x̂)), with k = scale / deviation.
 */
function normalise(x: tf.Tensor4D, scale: tf.Tensor1D, offset: tf.Tensor1D): tf.Tensor4D {
  const layer = tf.customGrad((...args: unknown[]) => {
    const [input, gain, shift, save] = args as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, (tensors: tf.Tensor[]) => void];
    const { centred, variance } = moments(input);
    const inverse = tf.rsqrt(tf.add(variance, EPSILON));
    save([centred, inverse, gain]);
    return {
      value: tf.add(tf.mul(centred, tf.mul(gain, inverse)), shift),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [xc, inv, g] = saved as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
        const count = xc.shape[0] * xc.shape[1] * xc.shape[2];
        const dOffset = tf.sum(dy, AXES);
        const products = tf.sum(tf.mul(dy, xc), AXES);
        const dScale = tf.mul(products, inv);
        const k = tf.mul(g, inv);
        const slope = tf.mul(tf.mul(k, tf.square(inv)), tf.mul(products, 1 / count));
        const dx = tf.sub(tf.mul(tf.sub(dy, tf.mul(dOffset, 1 / count)), k), tf.mul(xc, slope));
        return [dx, dScale, dOffset];
      },
    };
  });
  return layer(x, scale, offset) as tf.Tensor4D;
}
