/** The gradient penalty of Wasserstein learning: it keeps a critic's slope at 1, through second derivatives. */
import * as tf from '@tensorflow/tfjs-core';

/** The weight that the paper uses everywhere. */
export const PENALTY_WEIGHT = 10;

/**
 * (‖∇ f(x̂)‖₂ − 1)², averaged over pictures, where f is the mean logit of a picture and x̂ lies between a refined and a real one
 * (Gulrajani et al., "Improved Training of Wasserstein GANs", NIPS 2017). Its gradient by the critic's weights is a second
 * derivative, so every kernel of the critic needs a gradient that has a gradient itself; batch norm would mix the pictures.
 *
 * @param critic logits of any shape `[batch, …]` from pictures
 * @param refined `[batch, height, width, channels]`
 * @param real of the same shape
 * @param share how much of each x̂ is real, 0 to 1, `[batch, 1, 1, 1]`
 */
export function gradientPenalty(
  critic: (pictures: tf.Tensor4D) => tf.Tensor,
  refined: tf.Tensor4D,
  real: tf.Tensor4D,
  share: tf.Tensor4D,
): tf.Scalar {
  const between: tf.Tensor4D = tf.add(refined, tf.mul(tf.sub(real, refined), share));
  const batch = between.shape[0];
  // Pictures do not meet in the critic: the gradient of the sum is each picture's own.
  const total = (x: tf.Tensor) => tf.mul(tf.mean(critic(x as tf.Tensor4D)), batch);
  const slopes = tf.grad(total)(between);
  // The root has no derivative at 0.
  const norms = tf.sqrt(tf.add(tf.sum(tf.square(slopes), [1, 2, 3]), 1e-12));
  return tf.mean(tf.square(tf.sub(norms, 1)));
}
