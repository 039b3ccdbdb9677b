/** Spectral normalisation of a network, which divides every kernel by its largest singular value. */
import * as tf from '@tensorflow/tfjs-core';
import { need } from '../../engine/tensor-record.js';
import type { TensorRecord, Tensors } from '../../engine/types.js';
import type { Random } from '../../random.js';
import type { Network } from './network.js';

const KERNEL = '/kernel';
/** The end of the name of a kernel's vector u. */
const VECTOR = '/u';
/** The smallest divisor, so that a kernel of zeros can be divided. */
const LEAST = 1e-4;
const SMALLEST_LENGTH = 1e-12;

/**
 * The same network with each kernel `[…, out]` divided by its largest singular value as a matrix of all else by `out` (Miyato et al.,
 * "Spectral Normalization for Generative Adversarial Networks", ICLR 2018), so that no layer increases distances. The vector
 * u of the power method, `NAME/kernel/u` `[out]`, is a statistic of the network. A training pass makes one iteration from the vector of the
 * previous pass; an inference pass makes none. The gradient treats u and v as constants, as in the paper.
 */
export function spectrallyNormalised<Output extends tf.Tensor, Input extends tf.Tensor>(
  network: Network<Output, Input>,
): Network<Output, Input> {
  return {
    ...network,
    init(random) {
      const { weights, statistics } = network.init(random);
      const kernels = Object.keys(weights).filter((name) => name.endsWith(KERNEL));
      const vectors = kernels.map((name) => [name + VECTOR, randomDirection(weights[name]?.shape.at(-1) ?? 0, random)]);
      return { weights, statistics: { ...statistics, ...Object.fromEntries(vectors) } };
    },
    forward(x, values, pass) {
      const kernels = Object.keys(values).filter((name) => name.endsWith(KERNEL));
      const normalised: Tensors = {};
      const vectors: Tensors = {};
      for (const name of kernels) {
        const { kernel, u } = divided(need(values, name), need(values, name + VECTOR), pass.mode === 'training');
        normalised[name] = kernel;
        vectors[name + VECTOR] = u;
      }
      const { output, statistics } = network.forward(x, { ...values, ...normalised }, pass);
      return { output, statistics: pass.mode === 'training' ? { ...statistics, ...vectors } : statistics };
    },
  };
}

/** W / σ where σ = uᵀ W v, and the vector u, after one iteration where `iterate` is set. */
function divided(kernel: tf.Tensor, before: tf.Tensor, iterate: boolean): { kernel: tf.Tensor; u: tf.Tensor } {
  const out = kernel.shape[kernel.rank - 1] as number;
  const matrix = tf.reshape<tf.Rank.R2>(kernel, [-1, out]);
  const fixed = constant(matrix);
  const start = tf.reshape<tf.Rank.R2>(before, [out, 1]);
  const v = unit(tf.matMul(fixed, start));
  const u = iterate ? unit(tf.matMul(fixed, v, true), start) : start;
  const sigma = tf.sum(tf.mul(tf.matMul(matrix, constant(u)), constant(v)));
  return { kernel: tf.div(kernel, tf.maximum(sigma, LEAST)), u: tf.reshape(u, [out]) };
}

/** The vector scaled to length 1, or `instead` where its length is 0, as with a kernel of zeros. */
function unit(vector: tf.Tensor2D, instead: tf.Tensor2D = vector): tf.Tensor2D {
  const length = tf.sqrt(tf.sum(tf.square(vector)));
  return tf.where(
    tf.greater(length, SMALLEST_LENGTH),
    tf.div<tf.Tensor2D>(vector, tf.maximum(length, SMALLEST_LENGTH)),
    instead,
  );
}

/** The same values without a gradient. */
function constant<T extends tf.Tensor>(x: T): T {
  const stop = tf.customGrad((value) => ({
    value: tf.clone(value as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }));
  return stop(x) as T;
}

/** A random vector of length 1, uniform over all directions. */
function randomDirection(length: number, random: Random): TensorRecord[string] {
  const data = Float32Array.from({ length }, () => random.normal());
  const norm = Math.hypot(...data);
  return { shape: [length], data: data.map((value) => value / norm) };
}
