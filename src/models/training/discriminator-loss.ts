/** The loss of a discriminator for each objective, and what is measured of the discriminator. */
import * as tf from '@tensorflow/tfjs-core';
import { need } from '../../engine/tensor-record.js';
import type { Tensors } from '../../engine/types.js';
import { accuracyOf } from '../losses/adversarial.js';
import { gradientPenalty, PENALTY_WEIGHT } from '../losses/gradient-penalty.js';
import { crossEntropyOf, OBJECTIVES } from '../losses/objectives.js';
import type { AdversarialConfig } from '../options/common.js';
import type { UpdateInputs } from './definition.js';
import type { Metrics } from './update-outputs.js';

/** The pictures that a discriminator learns from, and the functions that give their logits. Pictures are in [−1, 1]. */
export interface DiscriminatorBatch {
  /** Generated pictures, `[batch, height, width, 3]`. */
  readonly generated: tf.Tensor4D;
  /** Real pictures of the same shape. */
  readonly real: tf.Tensor4D;
  /** The discriminator's logits of pictures: above 0 where it takes them for generated. */
  critic(pictures: tf.Tensor4D): tf.Tensor;
  /** The logits of both kinds from one pass, given the generated pictures and then the real ones. Default: two passes of {@link critic}. */
  together?(pictures: tf.Tensor4D): tf.Tensor;
}

/** The loss of a discriminator, and what was measured of the discriminator before the update. */
export interface DiscriminatorLoss {
  /** The scalar to minimise, with the gradient penalty where the objective has one. */
  readonly loss: tf.Scalar;
  /** `penalty`, the gradient penalty without its weight, where the objective has one. */
  readonly losses: Readonly<Record<string, tf.Scalar>>;
  /** The cross-entropy of the logits, and the accuracy (0 to 1) on real and on generated pictures. */
  readonly metrics: Required<Pick<Metrics<tf.Scalar>, 'crossEntropy' | 'accuracyReal' | 'accuracyRefined'>>;
}

/** The inputs that an objective needs in addition: for `wasserstein-gp`, the points between both kinds where the slope is measured. */
export function objectiveInputs({ objective, batch }: Pick<AdversarialConfig, 'objective' | 'batch'>): UpdateInputs {
  return OBJECTIVES[objective].penalty ? { interpolation: { shape: [batch, 1, 1, 1], from: 'uniform' } } : {};
}

/** The loss of a discriminator by the configured objective. `inputs` must hold those of {@link objectiveInputs}. */
export function discriminatorLoss(
  config: Pick<AdversarialConfig, 'objective' | 'labelSmoothing'>,
  inputs: Tensors,
  { generated, real, critic, together }: DiscriminatorBatch,
): DiscriminatorLoss {
  const objective = OBJECTIVES[config.objective];
  // The penalty comes first: the statistics of the last pass are kept, and those of a pass inside a gradient are lost.
  const penalty = objective.penalty
    ? gradientPenalty(critic, generated, real, need(inputs, 'interpolation'))
    : undefined;
  const { ofGenerated, ofReal } = together
    ? logitsOf(together, generated, real)
    : { ofGenerated: critic(generated), ofReal: critic(real) };
  const loss = objective.discriminator(ofGenerated, ofReal, config.labelSmoothing);
  return {
    loss: penalty ? tf.add<tf.Scalar>(loss, tf.mul(penalty, PENALTY_WEIGHT)) : loss,
    losses: penalty ? { penalty } : {},
    metrics: {
      crossEntropy: crossEntropyOf(objective, ofGenerated, ofReal),
      accuracyRefined: accuracyOf(ofGenerated, 'refined'),
      accuracyReal: accuracyOf(ofReal, 'real'),
    },
  };
}

/** The logits of generated and of real pictures from one pass of the discriminator. */
export interface BothLogits {
  /** Logits of the generated pictures. */
  readonly ofGenerated: tf.Tensor;
  /** Logits of the real pictures. */
  readonly ofReal: tf.Tensor;
}

/** Applies a discriminator once to generated and real pictures together, and splits its logits. */
export function logitsOf(
  discriminator: (pictures: tf.Tensor4D) => tf.Tensor,
  generated: tf.Tensor4D,
  real: tf.Tensor4D,
): BothLogits {
  const [ofGenerated, ofReal] = tf.split(discriminator(tf.concat([generated, real])), 2) as [tf.Tensor, tf.Tensor];
  return { ofGenerated, ofReal };
}
