/** Gradients made safe: clipped to a norm, and refused where they are not finite. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../../engine/types.js';
import type { Acceptance } from './optimiser.js';

const LARGEST = 3e38;

export interface GuardedGradients {
  readonly gradients: Tensors;
  /** 1 where loss and gradients are finite, else 0; all gradients are 0 then. */
  readonly accepted: Acceptance;
}

/**
 * Accepts gradients only where they and the loss are finite, so that one bad batch cannot destroy the weights (the idea of
 * optax's `apply_if_finite`), and scales them down together to a global L2 norm of `clipNorm` (0: no limit).
 */
export function guard(loss: tf.Scalar, gradients: Tensors, clipNorm: number): GuardedGradients {
  const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)));
  const squaredNorm = tf.addN(squares);
  // NaN compares false, infinity too: this is finiteness in operations that every engine has.
  const finite = tf.logicalAnd(tf.less(squaredNorm, LARGEST), tf.less(tf.abs(loss), LARGEST));
  const accepted = tf.cast(finite, 'float32') as Acceptance;
  const scale = clipNorm > 0 ? tf.div(clipNorm, tf.maximum(tf.sqrt(squaredNorm), clipNorm)) : undefined;
  const safe: Record<string, tf.Tensor> = {};
  for (const [name, gradient] of Object.entries(gradients)) {
    const scaled = scale === undefined ? gradient : tf.mul(gradient, scale);
    safe[name] = tf.where(finite, scaled, tf.zerosLike(scaled));
  }
  return { gradients: safe, accepted };
}
