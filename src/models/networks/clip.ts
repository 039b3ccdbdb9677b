/** Clipping that a network can find its way back from. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Clips to [−1, 1]. The gradient of what was clipped is 0 only where it would lead further out: where it leads back it passes as if
 * nothing had been clipped. With plain clipping, pictures painted black or white beyond the range would stay so for ever.
 */
export function clipToRange(x: tf.Tensor4D): tf.Tensor4D {
  const layer = tf.customGrad((...args: unknown[]) => {
    const [input, save] = args as [tf.Tensor4D, (tensors: tf.Tensor[]) => void];
    save([input]);
    return {
      value: tf.clipByValue(input, -1, 1),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [given] = saved as [tf.Tensor4D];
        // Descent goes against dy: what lies above 1 is led further out by a negative dy, what lies below −1 by a positive one.
        const above = tf.logicalAnd(tf.greater(given, 1), tf.less(dy, 0));
        const below = tf.logicalAnd(tf.less(given, -1), tf.greater(dy, 0));
        return tf.where(tf.logicalOr(above, below), tf.zerosLike(dy), dy);
      },
    };
  });
  return layer(x);
}
