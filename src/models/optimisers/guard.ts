/** Clips gradients to a norm, and refuses them where they are not finite. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../../engine/types.js';
import type { Acceptance } from './optimiser.js';

const LARGEST = 3e38;

/** Options of {@link guard}. */
export interface GuardOptions {
  /** The largest L2 norm of all gradients together. Default 0: no limit. */
  readonly clipNorm?: number;
  /** Whether updates are refused where loss or gradients are not finite. Default true. */
  readonly refuse?: boolean;
}

/** Gradients after {@link guard}. */
export interface GuardedGradients {
  readonly gradients: Tensors;
  /** 1 where loss and gradients are finite, otherwise 0; all gradients are then 0. */
  readonly accepted: Acceptance;
  /** L2 norm of all gradients together, before clipping. */
  readonly norm: tf.Scalar;
}

/**
 * Accepts gradients only where they and the loss are finite, so that one bad batch cannot destroy the weights (as optax's
 * `apply_if_finite` does), and scales them down together to a global L2 norm. Weights that are finite at the start stay finite.
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
  // Comparisons with NaN and with infinity are false, so this tests finiteness with operations that every engine has.
  const finite = tf.logicalAnd(tf.less(squaredNorm, LARGEST), tf.less(tf.abs(loss), LARGEST));
  const safe = (gradient: tf.Tensor) => tf.where(finite, clipped(gradient), tf.zerosLike(gradient));
  return { gradients: mapped(safe), accepted: tf.cast(finite, 'float32') as Acceptance, norm };
}
