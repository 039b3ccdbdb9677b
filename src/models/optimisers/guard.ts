/** Gradients made safe: clipped to a norm, and refused where they are not finite. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../../engine/types.js';
import type { Acceptance } from './optimiser.js';

const LARGEST = 3e38;

export interface GuardOptions {
  /** Gradients are scaled down together to this L2 norm. Default 0: no limit. */
  readonly clipNorm?: number;
  /** Whether updates are refused where loss or gradients are not finite. Default true. */
  readonly refuse?: boolean;
}

export interface GuardedGradients {
  readonly gradients: Tensors;
  /** 1 where loss and gradients are finite, else 0; all gradients are 0 then. */
  readonly accepted: Acceptance;
  /** L2 norm of all gradients together, before clipping. */
  readonly norm: tf.Scalar;
}

/**
 * Accepts gradients only where they and the loss are finite, so that one bad batch cannot destroy the weights (the idea of
 * optax's `apply_if_finite`), and scales them down together to a global L2 norm. Weights that begin finite stay so: a step from
 * accepted gradients is finite, and a step from others is not made.
 */
export function guard(loss: tf.Scalar, gradients: Tensors, options: GuardOptions = {}): GuardedGradients {
  const { clipNorm = 0, refuse = true } = options;
  const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)));
  const squaredNorm = tf.addN(squares) as tf.Scalar;
  const norm: tf.Scalar = tf.sqrt(squaredNorm);
  const scale = clipNorm > 0 ? tf.div(clipNorm, tf.maximum(norm, clipNorm)) : undefined;
  const clipped = (gradient: tf.Tensor) => (scale === undefined ? gradient : tf.mul(gradient, scale));
  const mapped = (change: (gradient: tf.Tensor) => tf.Tensor) =>
    Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, change(gradient)]));
  if (!refuse) return { gradients: mapped(clipped), accepted: tf.scalar(1), norm };
  // NaN compares false, infinity too: this is finiteness in operations that every engine has.
  const finite = tf.logicalAnd(tf.less(squaredNorm, LARGEST), tf.less(tf.abs(loss), LARGEST));
  const safe = (gradient: tf.Tensor) => tf.where(finite, clipped(gradient), tf.zerosLike(gradient));
  return { gradients: mapped(safe), accepted: tf.cast(finite, 'float32') as Acceptance, norm };
}
