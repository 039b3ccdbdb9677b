/** Compares the tones of refined and of real pictures. With the adversarial loss alone, tones oscillate around those of the footage. */
import * as tf from '@tensorflow/tfjs-core';

/** Keeps the gradient of the square root finite in uniform pictures. It is far below the variance of any photograph. */
const LEAST_VARIANCE = 1e-3;

/**
 * The distance between the tones of refined and of real pictures in [−1, 1]: half the squared distance between [μ, σ] of both. Here μ are the
 * means of the channels over all pictures, and σ the standard deviations inside a picture, averaged over pictures. The value is 0 where they
 * agree. Only means over whole batches are compared, so that single pictures may differ as those of the footage do. This is feature matching
 * (Salimans et al., "Improved Techniques for Training GANs", NIPS 2016, section 3.1) with fixed features.
 */
export function toneMatchLoss(refined: tf.Tensor4D, real: tf.Tensor4D): tf.Scalar {
  return tf.mul(0.5, tf.sum(tf.square(tf.sub(tonesOf(refined), tonesOf(real)))));
}

function tonesOf(pictures: tf.Tensor4D): tf.Tensor1D {
  const means = tf.mean<tf.Tensor4D>(pictures, [1, 2], true);
  const variances = tf.mean<tf.Tensor2D>(tf.square(tf.sub(pictures, means)), [1, 2]);
  const contrasts = tf.sqrt(tf.add(variances, LEAST_VARIANCE));
  return tf.concat1d([tf.mean<tf.Tensor1D>(means, [0, 1, 2]), tf.mean<tf.Tensor1D>(contrasts, 0)]);
}
