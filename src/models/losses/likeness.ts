/** How like made pictures are to those that they are to be: scalars on pictures in [−1, 1]. */
import * as tf from '@tensorflow/tfjs-core';

/** Mean |a − b| over pictures, pixels and channels: 0 to 2. */
export function meanDistance(a: tf.Tensor4D, b: tf.Tensor4D): tf.Scalar {
  return tf.mean(tf.abs(tf.sub(a, b)));
}

/**
 * Mean size of the brightness gradient of `made` as a share of that of `target`: below 1 where pictures are blurred, 1 where
 * they are as sharp.
 */
export function sharpness(made: tf.Tensor4D, target: tf.Tensor4D): tf.Scalar {
  return tf.div(meanGradient(made), tf.maximum(meanGradient(target), 1e-6));
}

function meanGradient(pictures: tf.Tensor4D): tf.Scalar {
  const light = tf.mean(pictures, 3, true) as tf.Tensor4D;
  const [, h, w] = light.shape;
  const part = (top: number, left: number) => tf.slice(light, [0, top, left, 0], [-1, h - 1, w - 1, -1]);
  const here = part(0, 0);
  const [down, across] = [tf.sub(part(1, 0), here), tf.sub(part(0, 1), here)];
  return tf.mean(tf.sqrt(tf.add(tf.square(down), tf.square(across))));
}
