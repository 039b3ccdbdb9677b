/** The gradient penalty of the Wasserstein objective, which keeps the norm of a critic's gradient at 1. */
import * as tf from '@tensorflow/tfjs-core';

/** The weight of the penalty, as in the paper. */
export const PENALTY_WEIGHT = 10;

/**
 * (‖∇ f(x̂)‖₂ − 1)², averaged over pictures, where f is the mean logit of a picture and x̂ lies between a refined and a real one
 * (Gulrajani et al., "Improved Training of Wasserstein GANs", NIPS 2017). Its gradient by the critic's weights is a second derivative, so
 * every operation of the critic needs a gradient that can be differentiated again. The critic must not have batch norm, which mixes
 * pictures.
 *
 * @param critic logits of any shape `[batch, …]` from pictures
 * @param refined `[batch, height, width, channels]`
 * @param real of the same shape
 * @param share the share of the real picture in each x̂, 0 to 1, `[batch, 1, 1, 1]`
 */
export function gradientPenalty(
  critic: (pictures: tf.Tensor4D) => tf.Tensor,
  refined: tf.Tensor4D,
  real: tf.Tensor4D,
  share: tf.Tensor4D,
): tf.Scalar {
  const between: tf.Tensor4D = tf.add(refined, tf.mul(tf.sub(real, refined), share));
  const batch = between.shape[0];
  // The critic does not mix pictures, so the gradient of the sum has the gradient of each picture.
  const total = (x: tf.Tensor) => tf.mul(tf.mean(critic(x as tf.Tensor4D)), batch);
  const slopes = tf.grad(total)(between);
  // The root has no derivative at 0.
  const norms = tf.sqrt(tf.add(tf.sum(tf.square(slopes), [1, 2, 3]), 1e-12));
  return tf.mean(tf.square(tf.sub(norms, 1)));
}
