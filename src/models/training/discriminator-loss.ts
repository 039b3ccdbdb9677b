/** What a discriminator minimises, by the objective that the options name, and what is measured of it. */
import * as tf from '@tensorflow/tfjs-core';
import { need } from '../../engine/tensor-record.js';
import type { Tensors } from '../../engine/types.js';
import { accuracyOf } from '../losses/adversarial.js';
import { gradientPenalty, PENALTY_WEIGHT } from '../losses/gradient-penalty.js';
import { crossEntropyOf, OBJECTIVES } from '../losses/objectives.js';
import type { AdversarialConfig } from '../options/common.js';
import type { UpdateInputs } from './definition.js';
import type { Metrics } from './update-outputs.js';

/** The pictures of both kinds, and how they are judged. */
export interface DiscriminatorBatch {
  readonly generated: tf.Tensor4D;
  readonly real: tf.Tensor4D;
  /** Logits of pictures, above 0 for generated ones. */
  critic(pictures: tf.Tensor4D): tf.Tensor;
  /** Logits of both kinds by one pass, the generated ones first. Default: by two passes of {@link critic}. */
  together?(pictures: tf.Tensor4D): tf.Tensor;
}

/** A loss, its penalty where there is one, and what was measured of the discriminator before the update. */
export interface DiscriminatorLoss {
  readonly loss: tf.Scalar;
  readonly losses: Readonly<Record<string, tf.Scalar>>;
  readonly metrics: Required<Pick<Metrics<tf.Scalar>, 'crossEntropy' | 'accuracyReal' | 'accuracyRefined'>>;
}

/** The inputs that an objective needs besides: where between generated and real pictures a critic's slope is measured. */
export function objectiveInputs({ objective, batch }: Pick<AdversarialConfig, 'objective' | 'batch'>): UpdateInputs {
  return OBJECTIVES[objective].penalty ? { interpolation: { shape: [batch, 1, 1, 1], from: 'uniform' } } : {};
}

/** The loss of a discriminator; its penalty where the objective has one; its accuracies and cross-entropy. */
export function discriminatorLoss(
  config: Pick<AdversarialConfig, 'objective' | 'labelSmoothing'>,
  inputs: Tensors,
  { generated, real, critic, together }: DiscriminatorBatch,
): DiscriminatorLoss {
  const objective = OBJECTIVES[config.objective];
  // Before the other passes: the statistics of the last one are kept, and what a pass inside a gradient leaves is gone after it.
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

/** Logits of generated and of real pictures by one pass. */
export function logitsOf(
  discriminator: (pictures: tf.Tensor4D) => tf.Tensor,
  generated: tf.Tensor4D,
  real: tf.Tensor4D,
): { readonly ofGenerated: tf.Tensor; readonly ofReal: tf.Tensor } {
  const [ofGenerated, ofReal] = tf.split(discriminator(tf.concat([generated, real])), 2) as [tf.Tensor, tf.Tensor];
  return { ofGenerated, ofReal };
}
