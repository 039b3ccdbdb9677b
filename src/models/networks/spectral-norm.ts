/** Spectral normalisation around a network: every kernel is divided by its largest singular value. */
import * as tf from '@tensorflow/tfjs-core';
import { need } from '../../engine/tensor-record.js';
import type { TensorRecord, Tensors } from '../../engine/types.js';
import type { Random } from '../../random.js';
import type { Network } from './network.js';

const KERNEL = '/kernel';
/** What a kernel's vector is called. */
const VECTOR = '/u';
/** A kernel that stretches by less is not enlarged to 1: one of zeros could not be. */
const LEAST = 1e-4;
const TINY = 1e-12;

/**
 * The same network with each kernel `[…, out]` divided by its largest singular value as a matrix of all else by `out` (Miyato et al.,
 * "Spectral Normalization for Generative Adversarial Networks", ICLR 2018), so that no layer stretches what it is given, biases
 * aside. The vector u of the power method, `NAME/kernel/u` `[out]`, is a statistic: a training pass makes one iteration, from
 * the vector that the pass before it left; an inference pass makes none. The gradient takes u and v for constants, as in the paper.
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

/** W / σ with σ = uᵀ W v, and u after the iteration where one is made. */
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

/** The vector of length 1; `instead` where it is 0, as a kernel of zeros makes it. */
function unit(vector: tf.Tensor2D, instead: tf.Tensor2D = vector): tf.Tensor2D {
  const length = tf.sqrt(tf.sum(tf.square(vector)));
  return tf.where(tf.greater(length, TINY), tf.div<tf.Tensor2D>(vector, tf.maximum(length, TINY)), instead);
}

/** The same values, to which no gradient flows. */
function constant<T extends tf.Tensor>(x: T): T {
  const stop = tf.customGrad((value) => ({
    value: tf.clone(value as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }));
  return stop(x) as T;
}

/** Of length 1, uniform over all directions. */
function randomDirection(length: number, random: Random): TensorRecord[string] {
  const data = Float32Array.from({ length }, () => random.normal());
  const norm = Math.hypot(...data);
  return { shape: [length], data: data.map((value) => value / norm) };
}
