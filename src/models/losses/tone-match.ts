/** Keeps a refiner's tones at those of the real footage, which adversarial learning alone circles around. */
import * as tf from '@tensorflow/tfjs-core';

/** Keeps the square root's slope finite in even pictures; far below the contrast of any photograph. */
const LEAST_VARIANCE = 1e-3;

/**
 * How far the tones of refined pictures are from those of real ones: half the squared distance between [μ, σ] of both, where μ are the means
 * of the channels over all pictures, and σ the standard deviations inside a picture, averaged over pictures. On pictures in [−1, 1];
 * 0 where they agree. Only means of whole batches are compared, so that each picture may differ from the others as much as the footage
 * does. Feature matching (Salimans et al., "Improved Techniques for Training GANs", NIPS 2016, section 3.1) by features that
 * need no learning.
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
