/** The self-regularisation loss: how much a refiner changed its pictures. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Mean |R(x) − x| over pictures, pixels and channels, on pictures in [−1, 1]: 0 to 2, independent of batch and size. The
 * paper's ‖ψ(R(x)) − ψ(x)‖₁ with ψ the identity, divided by the number of values.
 */
export function selfRegularisationLoss(refined: tf.Tensor4D, synthetic: tf.Tensor4D): tf.Scalar {
  return tf.mean(tf.abs(tf.sub(refined, synthetic)));
}
