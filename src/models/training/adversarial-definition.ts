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

/** What is particular to a training. Pictures are in [−1, 1]. */
export interface AdversarialParts {
  /** The networks `generator` and `discriminator`. */
  readonly generator: TrainedNetwork['network'];
  readonly discriminator: TrainedNetwork['network'];
  /** Inputs for so many pictures besides `y`, the real pictures. */
  inputs?(count: number): UpdateInputs;
  /** Inputs of updates alone, for example masks of dropout. */
  readonly trainingInputs?: UpdateInputs;
  /** The generator's pictures. */
  generate(apply: Apply, inputs: Tensors): tf.Tensor4D;
  /** The discriminator's logits of pictures, given the inputs that it is conditioned on; above 0 for generated ones. */
  discriminate(apply: Apply, pictures: tf.Tensor4D, inputs: Tensors): tf.Tensor;
  /** What the generator minimises besides the objective, and what is reported of it. */
  content?(generated: tf.Tensor4D, inputs: Tensors): Pick<UpdateResult, 'loss' | 'losses' | 'measures'>;
  /** Weight of the objective in the generator's loss. Default 1. */
  readonly weight?: number;
  /** What generated pictures are compared with, for the control `baseline`. */
  control?(inputs: Tensors): tf.Tensor4D;
  /** Measures of held-out pictures, by name. */
  measures?(generated: tf.Tensor4D, inputs: Tensors): Readonly<Record<string, tf.Scalar>>;
}

/**
 * A generator update and a discriminator update a step, by the objective that the options name. Reports the losses `generator`,
 * `adversarial`, `discriminator`, and `penalty` where the objective has one.
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
