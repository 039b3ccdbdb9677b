/** Similarity of generated pictures and their targets, as scalars on pictures in [−1, 1]. */
import * as tf from '@tensorflow/tfjs-core';
import { LUMINANCE_WEIGHTS } from '../../vision/luminance.js';

/** Mean |a − b| over pictures, pixels and channels: 0 to 2. */
export function meanDistance(a: tf.Tensor4D, b: tf.Tensor4D): tf.Scalar {
  return tf.mean(tf.abs(tf.sub(a, b)));
}

/** Peak signal-to-noise ratio of all pictures together, in dB, at most 100. */
export function peakSignalToNoise(a: tf.Tensor4D, b: tf.Tensor4D): tf.Scalar {
  const error = tf.mean(tf.squaredDifference(a, b));
  // The peak is 2: 10 log₁₀(4 / error).
  return tf.mul(tf.log(tf.div(4, tf.maximum(error, 4e-10))), 10 / Math.LN10);
}

/**
 * Mean length of the brightness gradient of `generated`, divided by that of `target`: below 1 where pictures are blurred, 1 where they are
 * equally sharp.
 */
export function sharpness(generated: tf.Tensor4D, target: tf.Tensor4D): tf.Scalar {
  return tf.div(meanGradient(generated), tf.maximum(meanGradient(target), 1e-6));
}

function meanGradient(pictures: tf.Tensor4D): tf.Scalar {
  const light = tf.mean(pictures, 3, true) as tf.Tensor4D;
  const [, h, w] = light.shape;
  const part = (top: number, left: number) => tf.slice(light, [0, top, left, 0], [-1, h - 1, w - 1, -1]);
  const here = part(0, 0);
  const [down, across] = [tf.sub(part(1, 0), here), tf.sub(part(0, 1), here)];
  return tf.mean(tf.sqrt(tf.add(tf.square(down), tf.square(across))));
}

/** Side of the windows in which structure is compared, in pixels. */
const WINDOW = 8;
/** The paper's constants (0.01 · 2)² and (0.03 · 2)² for a range of 2. */
const C1 = 4e-4;
const C2 = 3.6e-3;

/**
 * Structural similarity of brightness, −1 to 1, as the mean over places and pictures in [−1, 1] (Wang et al., "Image quality assessment:
 * from error visibility to structural similarity", 2004), with 8×8 windows. Sides must be at least 8 pixels.
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

function brightness(pictures: tf.Tensor4D): tf.Tensor4D {
  return tf.sum(tf.mul(pictures, [...LUMINANCE_WEIGHTS]), 3, true);
}
