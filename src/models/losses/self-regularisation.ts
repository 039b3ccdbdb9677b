/** The self-regularisation losses: how much a refiner changed its pictures. */
import * as tf from '@tensorflow/tfjs-core';
import { meanDistance } from './likeness.js';

/**
 * Mean |R(x) − x| over pictures, pixels and channels, on pictures in [−1, 1]: 0 to 2, independent of batch and size. The
 * paper's ‖ψ(R(x)) − ψ(x)‖₁ with ψ the identity, divided by the number of values.
 */
export function selfRegularisationLoss(refined: tf.Tensor4D, synthetic: tf.Tensor4D): tf.Scalar {
  return meanDistance(refined, synthetic);
}

/** Contrast of a usual eye crop: pictures of this contrast keep it, so that λ means the same with {@link withoutTone} and without. */
const USUAL_CONTRAST = 0.35;
/** Keeps noise in an almost even picture from being taken for what it shows. */
const LEAST_CONTRAST = 0.1;

/**
 * A map ψ that does not see tone: each picture less the mean of each of its channels, divided by its contrast (the standard deviation of
 * what is left) and times a usual one. Compared after ψ, pictures may take over skin tone, white balance, exposure and contrast of
 * the real footage; only what varies inside a picture is held, in relation to the rest of it.
 */
export function withoutTone(pictures: tf.Tensor4D): tf.Tensor4D {
  const varying = tf.sub(pictures, tf.mean(pictures, [1, 2], true));
  const variance = tf.mean(tf.square(varying), [1, 2, 3], true);
  return tf.mul(tf.div(varying, tf.sqrt(tf.add(variance, LEAST_CONTRAST ** 2))), USUAL_CONTRAST);
}

/** Side of the squares that darkness is averaged over: what moves within one, such as a single lash or hair, is free. */
const STRUCTURE_SCALE = 2;
/** What is darker than its picture's mean by more than so many standard deviations is dark: pupil and iris, lashes, brow; not skin. */
const DARK_FROM = 0.6;
/** Over how many standard deviations bright turns into dark: wide enough that every eye's own tones have a slope. */
const DARK_SOFTNESS = 0.3;

/**
 * How much a refiner moved what is dark in its pictures: mean |d(R(x)) − d(x)|, 0 to 1, where d is a soft map of the dark parts,
 * σ((−z − 0.6) / 0.3) averaged over squares of 2 pixels, and z the brightness less its mean over the picture, by its standard deviation.
 * Sides must be 2 at least. Skin has next to no darkness in either picture, so its shading is free, and so are exposure and
 * contrast, which z does not see; where iris, lids and brow are, and how large, is not. A feature map ψ for the SimGAN paper's
 * ‖ψ(R(x)) − ψ(x)‖₁.
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
