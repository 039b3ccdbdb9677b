/** Measures how much refined pictures differ from each other, which shows mode collapse. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Mean distance of the refined pictures from their mean picture, divided by that of their inputs. It is about 1 where refined pictures vary
 * as their inputs do, and near 0 where the refiner gives the same picture for all. A batch needs at least two pictures.
 */
export function varietyKept(refined: tf.Tensor4D, synthetic: tf.Tensor4D): tf.Scalar {
  return tf.div(spread(refined), spread(synthetic));
}

/** Mean distance of pictures from their mean picture, plus a small constant, so that it can be a divisor. */
function spread(pictures: tf.Tensor4D): tf.Scalar {
  return tf.add(tf.mean(tf.abs(tf.sub(pictures, tf.mean(pictures, 0, true)))), 1e-6);
}
