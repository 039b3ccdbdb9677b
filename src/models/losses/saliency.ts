/** Losses and measures of attention maps with values from 0 to 1. */
import * as tf from '@tensorflow/tfjs-core';

/** Keeps logarithms and quotients finite. It is a thousandth of a level of 255. */
const TINY = 4e-6;

/** Mean −t log p − (1 − t) log(1 − p) over pixels and pictures: SalGAN's content loss. It is smallest where p = t, but not 0 there. */
export function binaryCrossEntropy(generated: tf.Tensor4D, target: tf.Tensor4D): tf.Scalar {
  const log = (p: tf.Tensor) => tf.log(tf.add(p, TINY));
  const attended = tf.mul(target, log(generated));
  const not = tf.mul(tf.sub(1, target), log(tf.sub(1, generated)));
  return tf.neg(tf.mean<tf.Scalar>(tf.add(attended, not)));
}

/**
 * The linear correlation coefficient of a generated map and its target, −1 to 1, as the mean over pictures (CC in Bylinskii et al., "What do
 * different evaluation metrics tell us about saliency models?", PAMI 2019). It is 0 where a map is uniform.
 */
export function correlation(generated: tf.Tensor4D, target: tf.Tensor4D): tf.Scalar {
  const [a, b] = [centred(generated), centred(target)];
  const together = tf.mean(tf.mul(a, b), [1, 2, 3]);
  const apart = tf.mul(tf.mean(tf.square(a), [1, 2, 3]), tf.mean(tf.square(b), [1, 2, 3]));
  return tf.mean(tf.div(together, tf.sqrt(tf.add(apart, TINY ** 2))));
}

/** The Kullback-Leibler divergence of the generated map from the target in nats, as the mean over pictures. Maps are scaled to sum 1 (ibid.). */
export function divergence(generated: tf.Tensor4D, target: tf.Tensor4D): tf.Scalar {
  const [p, t] = [shares(generated), shares(target)];
  return tf.mean(tf.sum(tf.mul(t, tf.log(tf.div(tf.add(t, TINY), tf.add(p, TINY)))), [1, 2, 3]));
}

function centred(map: tf.Tensor4D): tf.Tensor {
  return tf.sub(map, tf.mean(map, [1, 2, 3], true));
}

function shares(map: tf.Tensor4D): tf.Tensor {
  return tf.div(map, tf.add(tf.sum(map, [1, 2, 3], true), TINY));
}
