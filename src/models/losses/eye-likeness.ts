/** Compares what an iris landmark network detects in refined and in synthetic eyes. */
import * as tf from '@tensorflow/tfjs-core';
import type { IrisNetwork } from '../../vision/iris-network.js';

/** A distance of this many pixels of 64 between irises weighs as much as a relative difference of features of 1. */
const PIXELS = 3;

/**
 * Mean |f(R(x)) − f(x)| divided by mean |f(x)|, where f is the trunk of the network, plus the mean distance of the centres and edges of the
 * irises along x and y, in pixels of 64, divided by 3. Pictures are in [−1, 1]. The value is 0 where the network detects the same in both.
 * It is a feature transform ψ for the SimGAN paper's ‖ψ(R(x)) − ψ(x)‖₁.
 */
export function eyeLoss(refined: tf.Tensor4D, synthetic: tf.Tensor4D, iris: IrisNetwork): tf.Scalar {
  const [after, before] = [iris.see(refined), iris.see(synthetic)];
  const distance = (a: tf.Tensor, b: tf.Tensor) => tf.mean<tf.Scalar>(tf.abs(tf.sub(a, b)));
  const size = tf.maximum(tf.mean(tf.abs(before.features)), 1e-3);
  return tf.add(
    tf.div(distance(after.features, before.features), size),
    tf.div(distance(after.iris, before.iris), PIXELS),
  );
}
