/** The objectives of adversarial learning as pure functions of logits, which are above 0 for *refined* (Goodfellow's "fake"). */
import * as tf from '@tensorflow/tfjs-core';
import { adversarialLoss } from './adversarial.js';

/** What the two networks minimise; each entry of {@link OBJECTIVES} has the formula. */
export type ObjectiveName = 'minimax' | 'non-saturating' | 'least-squares' | 'hinge' | 'wasserstein-gp';

/** Losses of both networks, means over patches and pictures. */
export interface Objective {
  /** What the discriminator minimises. `smoothing`: share of the label that real pictures lose, where there are labels. */
  discriminator(refined: tf.Tensor, real: tf.Tensor, smoothing: number): tf.Scalar;
  /** What the refiner (or generator) minimises, at the logits of its pictures. */
  refiner(refined: tf.Tensor): tf.Scalar;
  /** Whether real pictures have a label that can be smoothed. */
  readonly labels: boolean;
  /** Whether the discriminator's loss needs the gradient penalty besides. */
  readonly penalty: boolean;
}

/** −log D(x̃) − log(1 − D(y)), with D = σ(logit) the probability of *refined*; the label of y is then `smoothing`. */
function crossEntropy(refined: tf.Tensor, real: tf.Tensor, smoothing: number): tf.Scalar {
  const right = adversarialLoss(real, 'real');
  const ofReal =
    smoothing === 0 ? right : tf.add(tf.mul(right, 1 - smoothing), tf.mul(adversarialLoss(real, 'refined'), smoothing));
  return tf.add(adversarialLoss(refined, 'refined'), ofReal);
}

const halfSquare = (logits: tf.Tensor, target: number): tf.Scalar =>
  tf.mul(tf.mean(tf.square(tf.sub(logits, target))), 0.5);

/**
 * Goodfellow et al., "Generative Adversarial Nets", NIPS 2014. The value function is log D(x̃) + log(1 − D(y)) here, as D is the
 * probability of *refined*: the discriminator raises it, the refiner lowers log D(x̃), whose gradient fades while D is sure.
 */
const minimax: Objective = {
  discriminator: crossEntropy,
  refiner: (refined) => tf.neg(adversarialLoss(refined, 'refined')),
  labels: true,
  penalty: false,
};

/** The same, but the refiner lowers −log(1 − D(x̃)), which pulls hardest where D is sure. SimGAN's loss is this one. */
const nonSaturating: Objective = {
  discriminator: crossEntropy,
  refiner: (refined) => adversarialLoss(refined, 'real'),
  labels: true,
  penalty: false,
};

/**
 * Mao et al., "Least Squares Generative Adversarial Networks", ICCV 2017: ½(logit − label)². The labels are 1 for refined and −1 for
 * real, which the refiner, too, aims at: their 0–1 coding (equation 9), moved so that the sign of a logit is the verdict.
 */
const leastSquares: Objective = {
  discriminator: (refined, real, smoothing) => tf.add(halfSquare(refined, 1), halfSquare(real, 2 * smoothing - 1)),
  refiner: (refined) => halfSquare(refined, -1),
  labels: true,
  penalty: false,
};

/**
 * Lim and Ye, "Geometric GAN", 2017 (arXiv 1705.02894); Miyato et al., "Spectral Normalization", ICLR 2018: max(0, 1 − l(x̃)) +
 * max(0, 1 + l(y)) for the discriminator, l(x̃) for the refiner.
 */
const hinge: Objective = {
  discriminator: (refined, real) => tf.add(tf.mean(tf.relu(tf.sub(1, refined))), tf.mean(tf.relu(tf.add(real, 1)))),
  refiner: (refined) => tf.mean(refined),
  labels: false,
  penalty: false,
};

/** Weight of the square of the mid-point between the mean logits of both kinds. */
const CENTRING = 0.1;

/**
 * Gulrajani et al., "Improved Training of Wasserstein GANs", NIPS 2017: l(y) − l(x̃) for the critic, besides `gradientPenalty`; l(x̃) for
 * the refiner. It knows differences of logits only. So that 0 stays in the middle and the sign of a logit is a verdict, their
 * mid-point is held there: the drift term of Karras et al. (ICLR 2018) on the one number that the objective leaves free.
 */
const wassersteinGp: Objective = {
  discriminator(refined, real) {
    const [ofRefined, ofReal] = [tf.mean(refined), tf.mean(real)];
    const middle = tf.mul(tf.add(ofRefined, ofReal), 0.5);
    return tf.add(tf.sub(ofReal, ofRefined), tf.mul(tf.square(middle), CENTRING));
  },
  refiner: (refined) => tf.mean(refined),
  labels: false,
  penalty: true,
};

/** All objectives by name. */
export const OBJECTIVES: Readonly<Record<ObjectiveName, Objective>> = {
  minimax,
  'non-saturating': nonSaturating,
  'least-squares': leastSquares,
  hinge,
  'wasserstein-gp': wassersteinGp,
};

/**
 * The cross-entropy of the discriminator's logits, of both kinds together, whatever it learns by: 2 log 2 at chance. A critic's logits
 * have no unit of their own: they are divided by twice their root mean square before, so that logits that spread evenly to both sides
 * are near chance too (1.45).
 */
export function crossEntropyOf(objective: Objective, refined: tf.Tensor, real: tf.Tensor): tf.Scalar {
  if (!objective.penalty) return crossEntropy(refined, real, 0);
  const square = tf.mul(tf.add(tf.mean(tf.square(refined)), tf.mean(tf.square(real))), 0.5);
  const unit = tf.mul(tf.sqrt(tf.add(square, 1e-12)), 2);
  return crossEntropy(tf.div(refined, unit), tf.div(real, unit), 0);
}
