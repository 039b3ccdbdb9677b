/** The objectives of adversarial learning as pure functions of logits, which are above 0 for *refined* ("fake" in the literature). */
import * as tf from '@tensorflow/tfjs-core';
import { adversarialLoss } from './adversarial.js';

/** The name of an adversarial objective. `docs/recipes.md` lists the formulas and papers. */
export type ObjectiveName = 'minimax' | 'non-saturating' | 'least-squares' | 'hinge' | 'wasserstein-gp';

/** The losses of both networks, as means over patches and pictures. */
export interface Objective {
  /** The loss of the discriminator. `smoothing` is how much the label of real pictures is smoothed, 0 to 0.49, where there are labels. */
  discriminator(refined: tf.Tensor, real: tf.Tensor, smoothing: number): tf.Scalar;
  /** The loss of the refiner or generator, from the logits of its pictures. */
  refiner(refined: tf.Tensor): tf.Scalar;
  /** Whether real pictures have a label that can be smoothed. */
  readonly labels: boolean;
  /** Whether the gradient penalty must be added to the discriminator's loss. */
  readonly penalty: boolean;
}

/** −log D(x̃) − log(1 − D(y)), where D = σ(logit) is the probability of *refined*. With smoothing, the label of y is `smoothing`. */
function crossEntropy(refined: tf.Tensor, real: tf.Tensor, smoothing: number): tf.Scalar {
  const right = adversarialLoss(real, 'real');
  const ofReal =
    smoothing === 0 ? right : tf.add(tf.mul(right, 1 - smoothing), tf.mul(adversarialLoss(real, 'refined'), smoothing));
  return tf.add(adversarialLoss(refined, 'refined'), ofReal);
}

const halfSquare = (logits: tf.Tensor, target: number): tf.Scalar =>
  tf.mul(tf.mean(tf.square(tf.sub(logits, target))), 0.5);

/**
 * Goodfellow et al., "Generative Adversarial Nets", NIPS 2014. As D is the probability of *refined*, the value function is
 * log D(x̃) + log(1 − D(y)). The discriminator raises it, and the refiner lowers log D(x̃), whose gradient vanishes while D is sure.
 */
const minimax: Objective = {
  discriminator: crossEntropy,
  refiner: (refined) => tf.neg(adversarialLoss(refined, 'refined')),
  labels: true,
  penalty: false,
};

/** As `minimax`, but the refiner lowers −log(1 − D(x̃)), whose gradient is largest where D is sure. This is SimGAN's loss. */
const nonSaturating: Objective = {
  discriminator: crossEntropy,
  refiner: (refined) => adversarialLoss(refined, 'real'),
  labels: true,
  penalty: false,
};

/**
 * Mao et al., "Least Squares Generative Adversarial Networks", ICCV 2017: ½(logit − label)². The labels are 1 for refined and −1 for
 * real, and the refiner aims at −1. This is the paper's 0–1 coding (equation 9), shifted so that the sign of a logit gives the label.
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

/** Weight of the squared mid-point between the mean logits of both kinds. */
const CENTRING = 0.1;

/**
 * Gulrajani et al., "Improved Training of Wasserstein GANs", NIPS 2017: l(y) − l(x̃) and `gradientPenalty` for the critic, l(x̃) for the
 * refiner. The loss depends only on differences of logits. A term on the mid-point of both means keeps it at 0, so that the sign of a logit
 * gives the label, as the drift term of Karras et al. (ICLR 2018) does.
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
 * The cross-entropy of the discriminator's logits of both kinds together, for any objective: 2 log 2 at chance. The logits of a Wasserstein
 * critic have no unit, so they are first divided by twice their root mean square; logits that spread evenly around 0 then give 1.45, which
 * is near chance.
 */
export function crossEntropyOf(objective: Objective, refined: tf.Tensor, real: tf.Tensor): tf.Scalar {
  if (!objective.penalty) return crossEntropy(refined, real, 0);
  const square = tf.mul(tf.add(tf.mean(tf.square(refined)), tf.mean(tf.square(real))), 0.5);
  const unit = tf.mul(tf.sqrt(tf.add(square, 1e-12)), 2);
  return crossEntropy(tf.div(refined, unit), tf.div(real, unit), 0);
}
