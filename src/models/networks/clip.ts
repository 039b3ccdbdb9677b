/** Clipping whose gradient lets a network leave the clipped range. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Clips to [−1, 1]. The gradient of a clipped value is 0 only where descent would move it further out of the range; otherwise it passes
 * unchanged. With plain clipping, values beyond the range would have no gradient and would stay there.
 */
export function clipToRange(x: tf.Tensor4D): tf.Tensor4D {
  const layer = tf.customGrad((...args: unknown[]) => {
    const [input, save] = args as [tf.Tensor4D, (tensors: tf.Tensor[]) => void];
    save([input]);
    return {
      value: tf.clipByValue(input, -1, 1),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [given] = saved as [tf.Tensor4D];
        // Descent moves against dy, so a negative dy moves values above 1 further out, and a positive dy values below −1.
        const above = tf.logicalAnd(tf.greater(given, 1), tf.less(dy, 0));
        const below = tf.logicalAnd(tf.less(given, -1), tf.greater(dy, 0));
        return tf.where(tf.logicalOr(above, below), tf.zerosLike(dy), dy);
      },
    };
  });
  return layer(x);
}
