/** How near pictures are to those that they should be: measures of super-resolution. */
import * as tf from '@tensorflow/tfjs-core';

/** Keeps a perfect copy's signal-to-noise ratio finite: 100 dB. */
const LEAST_ERROR = 4e-10;

/** Peak signal-to-noise ratio in dB, mean over pictures in [−1, 1]: 10 log₁₀(4 / mean squared error), over all channels; at most 100. */
export function signalToNoise(pictures: tf.Tensor4D, truth: tf.Tensor4D): tf.Scalar {
  const error = tf.mean(tf.squaredDifference(pictures, truth), [1, 2, 3]);
  const ratio = tf.log(tf.div(4, tf.maximum(error, LEAST_ERROR)));
  return tf.mul(tf.mean(ratio), 10 / Math.LN10);
}

/** Side of the windows in which structure is compared. */
const WINDOW = 8;
/** (0.01 · 2)² and (0.03 · 2)²: of the range of 2. */
const C1 = 4e-4;
const C2 = 3.6e-3;

/**
 * Structural similarity of brightness, mean over places and pictures in [−1, 1], −1 to 1 (Wang et al., "Image quality assessment: from
 * error visibility to structural similarity", 2004), with their 8×8 window. Sides of at least 8 pixels.
 */
export function structuralSimilarity(pictures: tf.Tensor4D, truth: tf.Tensor4D): tf.Scalar {
  const smooth = (x: tf.Tensor4D) => tf.avgPool(x, WINDOW, 1, 'valid');
  const [x, y] = [brightness(pictures), brightness(truth)];
  const [meanX, meanY] = [smooth(x), smooth(y)];
  const means = tf.mul(meanX, meanY);
  const squares = tf.add(tf.square(meanX), tf.square(meanY));
  const covariance = tf.sub(smooth(tf.mul(x, y)), means);
  const variances = tf.sub(smooth(tf.add(tf.square(x), tf.square(y))), squares);
  const similar = tf.mul(tf.add(tf.mul(means, 2), C1), tf.add(tf.mul(covariance, 2), C2));
  return tf.mean(tf.div(similar, tf.mul(tf.add(squares, C1), tf.add(variances, C2))));
}

/** ITU-R BT.601 luminance. */
function brightness(pictures: tf.Tensor4D): tf.Tensor4D {
  return tf.sum(tf.mul(pictures, [0.299, 0.587, 0.114]), 3, true);
}
