/** The self-regularisation losses: how much a refiner changed its pictures. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Mean |R(x) − x| over pictures, pixels and channels, on pictures in [−1, 1]: 0 to 2, independent of batch and size. The
 * paper's ‖ψ(R(x)) − ψ(x)‖₁ with ψ the identity, divided by the number of values.
 */
export function selfRegularisationLoss(refined: tf.Tensor4D, synthetic: tf.Tensor4D): tf.Scalar {
  return tf.mean(tf.abs(tf.sub(refined, synthetic)));
}

/**
 * The same with ψ each picture less the mean of each of its channels: skin tone, white balance and exposure are free to become the
 * real footage's, only what varies inside a picture is held.
 */
export function toneFreeLoss(refined: tf.Tensor4D, synthetic: tf.Tensor4D): tf.Scalar {
  const change = tf.sub(refined, synthetic);
  return tf.mean(tf.abs(tf.sub(change, tf.mean(change, [1, 2], true))));
}

/**
 * Side of the squares whose brightness is compared: pupils and lids are seen at this scale, while lashes and hairs, which a renderer
 * draws sharper than a camera sees them, may blur.
 */
const STRUCTURE_SCALE = 4;

/**
 * How much a refiner changed what its pictures show: mean |∇ψ(R(x)) − ∇ψ(x)|, where ψ is the brightness averaged over squares
 * of 4 pixels and ∇ its differences between neighbours, down and across. Skin tone, a constant, is free; where pupil, lids and
 * outline are is not. Derivatives are one of the feature maps ψ that the SimGAN paper names.
 */
export function structureLoss(refined: tf.Tensor4D, synthetic: tf.Tensor4D): tf.Scalar {
  const change = tf.mean(tf.sub(refined, synthetic), 3, true) as tf.Tensor4D;
  const coarse = tf.avgPool(change, STRUCTURE_SCALE, STRUCTURE_SCALE, 'valid');
  const [, h, w] = coarse.shape;
  const part = (top: number, left: number, height: number, width: number) =>
    tf.slice(coarse, [0, top, left, 0], [-1, height, width, -1]);
  const down = tf.sub(part(1, 0, h - 1, w), part(0, 0, h - 1, w));
  const across = tf.sub(part(0, 1, h, w - 1), part(0, 0, h, w - 1));
  return tf.add(tf.mean(tf.abs(down)), tf.mean(tf.abs(across)));
}
