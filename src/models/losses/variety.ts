/** How much refined pictures still differ from each other: the sign of mode collapse. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Mean distance of the refined pictures from their mean picture, divided by that of their inputs. About 1 where every picture
 * keeps what is its own; toward 0 the refiner gives one picture for all. For batches of at least two.
 */
export function varietyKept(refined: tf.Tensor4D, synthetic: tf.Tensor4D): tf.Scalar {
  return tf.div(spread(refined), spread(synthetic));
}

/** Never 0, so that it can divide. */
function spread(pictures: tf.Tensor4D): tf.Scalar {
  return tf.add(tf.mean(tf.abs(tf.sub(pictures, tf.mean(pictures, 0, true)))), 1e-6);
}
