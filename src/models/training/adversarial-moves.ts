/** The two moves of a game with one generator and one discriminator, by the objective that its options name. */

import * as tf from '@tensorflow/tfjs-core';
import { need } from '../../engine/tensor-record.js';
import type { Tensors } from '../../engine/types.js';
import { accuracyOf } from '../losses/adversarial.js';
import { gradientPenalty, PENALTY_WEIGHT } from '../losses/gradient-penalty.js';
import { crossEntropyOf, OBJECTIVES } from '../losses/objectives.js';
import type { AdversarialConfig } from '../options/common.js';
import type { Move } from './game.js';
import type { Play } from './play.js';
import { examinedShare } from './rules.js';
import type { UpdateInput } from './update.js';

/** What is particular to a game. */
export interface AdversarialParts {
  /** Names of the two players. Default `generator` and `discriminator`. */
  readonly generator?: string;
  readonly discriminator?: string;
  /** The generator's pictures. */
  make(play: Play, inputs: Tensors): tf.Tensor4D;
  /** The real pictures that it is to match. */
  real(inputs: Tensors): tf.Tensor4D;
  /** The discriminator's logits of pictures, given the inputs that it is conditioned on; above 0 for made ones. */
  judge(play: Play, pictures: tf.Tensor4D, inputs: Tensors): tf.Tensor;
  /** What the generator minimises besides the objective, and what it reports of it. */
  also?(made: tf.Tensor4D, inputs: Tensors, play: Play): { readonly loss: tf.Scalar; readonly reports?: Tensors };
  /** Weight of the objective in the generator's loss. Default 1. */
  readonly weight?: number;
  /** Further pictures that are reported at each move, such as a `control` of the examined ones. */
  reports?(made: tf.Tensor4D, inputs: Tensors): Tensors;
}

/** The inputs that an objective needs besides a game's own: where between made and real pictures a critic's slope is measured. */
export function objectiveInputs({ objective, batch }: AdversarialConfig): Record<string, UpdateInput> {
  return OBJECTIVES[objective].penalty ? { interpolation: { shape: [batch, 1, 1, 1], from: 'uniform' } } : {};
}

/** Reports losses `adversarial` (and `penalty`), the discriminator's accuracies and cross-entropy, and pictures to be examined. */
export function adversarialMoves(
  config: AdversarialConfig,
  parts: AdversarialParts,
): { readonly generator: Move; readonly discriminator: Move } {
  const objective = OBJECTIVES[config.objective];
  const { generator = 'generator', discriminator = 'discriminator', weight = 1 } = parts;
  const examined = examinedShare(config);
  const pictures = (made: tf.Tensor4D, inputs: Tensors): Tensors => ({
    ...(examined > 0 && { examined: tf.slice(made, 0, examined) }),
    ...parts.reports?.(made, inputs),
  });
  return {
    generator: {
      players: [generator],
      loss(play, inputs) {
        const made = parts.make(play, inputs);
        const logits = parts.judge(play, made, inputs);
        const adversarial = objective.refiner(logits);
        const also = parts.also?.(made, inputs, play);
        const weighted = weight === 1 ? adversarial : tf.mul<tf.Scalar>(adversarial, weight);
        return {
          loss: also ? tf.add(weighted, also.loss) : weighted,
          reports: {
            'adversarial-loss': adversarial,
            'refiner-met-accuracy': accuracyOf(logits, 'refined'),
            ...also?.reports,
            ...pictures(made, inputs),
          },
        };
      },
    },
    discriminator: {
      players: [discriminator],
      loss(play, inputs) {
        const [made, real] = [parts.make(play, inputs), parts.real(inputs)];
        // Before the other passes: the statistics of the last one are kept, and what a pass inside a gradient leaves is gone after it.
        const penalty = objective.penalty
          ? gradientPenalty((between) => parts.judge(play, between, inputs), made, real, need(inputs, 'interpolation'))
          : undefined;
        const [ofMade, ofReal] = [parts.judge(play, made, inputs), parts.judge(play, real, inputs)];
        const loss = objective.discriminator(ofMade, ofReal, config.labelSmoothing);
        return {
          loss: penalty ? tf.add(loss, tf.mul(penalty, PENALTY_WEIGHT)) : loss,
          reports: {
            ...(penalty && { 'penalty-loss': penalty }),
            'cross-entropy': crossEntropyOf(objective, ofMade, ofReal),
            'accuracy-refined': accuracyOf(ofMade, 'refined'),
            'accuracy-real': accuracyOf(ofReal, 'real'),
            ...pictures(made, inputs),
          },
        };
      },
    },
  };
}
