/** How much a refiner changed what an iris landmark network sees in pictures of eyes. */
import * as tf from '@tensorflow/tfjs-core';
import type { IrisNetwork } from '../../vision/iris-network.js';

/** So many pixels of 64 between irises weigh as much as features that differ by all that they are. */
const PIXELS = 3;

/**
 * Mean |f(R(x)) − f(x)| as a share of mean |f(x)|, with f the trunk of the network, plus the mean distance of centres and edges of the
 * irises along x and y, in pixels of 64, by 3. Pictures in [−1, 1]; 0 where the network sees the same eye in both. A feature map ψ for the
 * SimGAN paper's ‖ψ(R(x)) − ψ(x)‖₁, which may be that of a network.
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
