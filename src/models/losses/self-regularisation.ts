/** The self-regularisation losses, which measure how much a refiner changed its pictures. */
import * as tf from '@tensorflow/tfjs-core';
import { meanDistance } from './likeness.js';

/**
 * Mean |R(x) − x| over pictures, pixels and channels in [−1, 1]: 0 to 2, independent of batch and size. It is the paper's
 * ‖ψ(R(x)) − ψ(x)‖₁ where ψ is the identity, divided by the number of values.
 */
export function selfRegularisationLoss(refined: tf.Tensor4D, synthetic: tf.Tensor4D): tf.Scalar {
  return meanDistance(refined, synthetic);
}

/** The contrast of a typical eye crop. {@link withoutTone} scales to it, so that λ has the same effect with tone and without. */
const USUAL_CONTRAST = 0.35;
/** Keeps the noise of an almost uniform picture from being amplified. */
const LEAST_CONTRAST = 0.1;

/**
 * A feature transform ψ that ignores tone. It subtracts the mean of each channel of a picture, divides by the contrast (the standard
 * deviation of what is left) and multiplies by a typical contrast. Pictures that are compared after ψ may take on skin tone, white balance,
 * exposure and contrast of the real footage; only the relative variation inside a picture must stay.
 */
export function withoutTone(pictures: tf.Tensor4D): tf.Tensor4D {
  const varying = tf.sub(pictures, tf.mean(pictures, [1, 2], true));
  const variance = tf.mean(tf.square(varying), [1, 2, 3], true);
  return tf.mul(tf.div(varying, tf.sqrt(tf.add(variance, LEAST_CONTRAST ** 2))), USUAL_CONTRAST);
}

/** Side of the squares over which darkness is averaged, in pixels. Movement within a square, as of a single lash, has no cost. */
const STRUCTURE_SCALE = 2;
/** Pixels count as dark when they are this many standard deviations below the mean of their picture: pupil, iris, lashes and brow, not skin. */
const DARK_FROM = 0.6;
/** The width of the transition from bright to dark in standard deviations, so that the tones of every eye have a gradient. */
const DARK_SOFTNESS = 0.3;

/**
 * How much a refiner moved the dark parts of its pictures: mean |d(R(x)) − d(x)|, 0 to 1. Here d is a soft map of the dark parts,
 * σ((−z − 0.6) / 0.3) averaged over squares of 2 pixels, and z is the brightness minus its mean over the picture, divided by its standard
 * deviation. Sides must be at least 2 pixels. The shading of skin, exposure and contrast have no cost; the place and the size of iris, lids
 * and brow have. It is a feature transform ψ for the SimGAN paper's ‖ψ(R(x)) − ψ(x)‖₁.
 */
export function structureLoss(refined: tf.Tensor4D, synthetic: tf.Tensor4D): tf.Scalar {
  return tf.mean(tf.abs(tf.sub(darknessOf(refined), darknessOf(synthetic))));
}

function darknessOf(pictures: tf.Tensor4D): tf.Tensor4D {
  const brightness = tf.mean<tf.Tensor4D>(pictures, 3, true);
  const varying = tf.sub(brightness, tf.mean(brightness, [1, 2], true));
  const variance = tf.mean(tf.square(varying), [1, 2], true);
  const z = tf.div(varying, tf.sqrt(tf.add(variance, LEAST_CONTRAST ** 2)));
  const dark = tf.sigmoid(tf.div<tf.Tensor4D>(tf.sub(tf.neg(z), DARK_FROM), DARK_SOFTNESS));
  return tf.avgPool(dark, STRUCTURE_SCALE, STRUCTURE_SCALE, 'valid');
}
