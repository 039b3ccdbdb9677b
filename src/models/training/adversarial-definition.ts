/** The definition of a training with one generator and one discriminator. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../../engine/types.js';
import { accuracyOf } from '../losses/adversarial.js';
import { OBJECTIVES } from '../losses/objectives.js';
import type { AdversarialConfig } from '../options/common.js';
import type { Apply } from './apply.js';
import {
  picturesInput,
  type TrainedNetwork,
  type TrainingDefinition,
  type UpdateInputs,
  type UpdateResult,
  yOf,
} from './definition.js';
import { discriminatorLoss, objectiveInputs } from './discriminator-loss.js';

/** The parts in which recipes with one generator and one discriminator differ. Pictures are in [−1, 1]. */
export interface AdversarialParts {
  /** The network `generator`. */
  readonly generator: TrainedNetwork['network'];
  /** The network `discriminator`. */
  readonly discriminator: TrainedNetwork['network'];
  /** The inputs for `count` pictures, besides `y`, the real pictures. */
  inputs?(count: number): UpdateInputs;
  /** Inputs that only updates have, for example dropout masks. */
  readonly trainingInputs?: UpdateInputs;
  /** Generates pictures `[count, height, width, 3]`. */
  generate(apply: Apply, inputs: Tensors): tf.Tensor4D;
  /**
   * Computes the discriminator's logits of `pictures`, conditioned on `inputs` where the recipe does so: above 0 where it takes them for
   * generated.
   */
  discriminate(apply: Apply, pictures: tf.Tensor4D, inputs: Tensors): tf.Tensor;
  /** Computes what the generator minimises besides the objective, and what is reported of it. */
  content?(generated: tf.Tensor4D, inputs: Tensors): Pick<UpdateResult, 'loss' | 'losses' | 'measures'>;
  /** The weight of the objective in the generator's loss. Default 1. */
  readonly weight?: number;
  /** Computes the pictures of the control `baseline`. */
  control?(inputs: Tensors): tf.Tensor4D;
  /** Computes measures of held-out pictures, by name. */
  measures?(generated: tf.Tensor4D, inputs: Tensors): Readonly<Record<string, tf.Scalar>>;
}

/**
 * Defines one generator update and one discriminator update in each step, with the configured objective. The reported losses are
 * `generator`, `adversarial`, `discriminator`, and `penalty` where the objective has one.
 */
export function adversarialDefinition(config: AdversarialConfig, parts: AdversarialParts): TrainingDefinition {
  const objective = OBJECTIVES[config.objective];
  const { generate, discriminate, content, control, weight = 1 } = parts;
  const inputsOf = (count: number) => ({ ...parts.inputs?.(count), y: picturesInput('real', config, count) });
  const inputs = { ...inputsOf(config.batch), ...parts.trainingInputs };
  const images = (generated: tf.Tensor4D, given: Tensors) => ({
    generated,
    ...(control && { control: control(given) }),
  });
  return {
    networks: {
      generator: { role: 'generator', network: parts.generator },
      discriminator: { role: 'discriminator', network: parts.discriminator },
    },
    updates: {
      generator: {
        name: 'generator',
        networks: ['generator'],
        inputs,
        loss(apply, given) {
          const generated = generate(apply, given);
          const logits = discriminate(apply, generated, given);
          const adversarial = objective.refiner(logits);
          const also = content?.(generated, given);
          const weighted = weight === 1 ? adversarial : tf.mul<tf.Scalar>(adversarial, weight);
          return {
            ...also,
            loss: also ? tf.add(weighted, also.loss) : weighted,
            losses: { adversarial, ...also?.losses },
            metrics: { recognised: accuracyOf(logits, 'refined') },
            images: images(generated, given),
          };
        },
      },
      discriminator: {
        name: 'discriminator',
        networks: ['discriminator'],
        inputs: { ...inputs, ...objectiveInputs(config) },
        loss(apply, given) {
          const generated = generate(apply, given);
          const critic = (pictures: tf.Tensor4D) => discriminate(apply, pictures, given);
          return {
            ...discriminatorLoss(config, given, { generated, real: yOf(given), critic }),
            images: images(generated, given),
          };
        },
      },
    },
    schedule: { generator: 'generator', discriminator: 'discriminator' },
    heldOut: {
      inputs: inputsOf,
      measure(apply, given) {
        const generated = generate(apply, given);
        return {
          generated,
          ofGenerated: discriminate(apply, generated, given),
          ofReal: discriminate(apply, yOf(given), given),
          ...(control && { control: control(given) }),
          ...(parts.measures && { measures: parts.measures(generated, given) }),
        };
      },
    },
  };
}
