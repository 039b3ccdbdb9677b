/** A small form of TP-GAN: turns an eye or a face that is seen from the side to the front. */

import * as tf from '@tensorflow/tfjs-core';
import { type FrontaliseConfig, frontaliseOptions } from './frontalise-options.js';
import { asymmetry, multiScaleDistance, variation } from './losses/frontal.js';
import { meanDistance, peakSignalToNoise, sharpness } from './losses/likeness.js';
import { frontalNetwork } from './networks/frontal.js';
import { pairDiscriminator } from './networks/pair-discriminator.js';
import { adversarialDefinition } from './training/adversarial-definition.js';
import { defineRecipe } from './training/define-recipe.js';
import { picturesInput, type TrainingDefinition, xOf, yOf } from './training/definition.js';

function training(config: FrontaliseConfig): TrainingDefinition {
  const { filters, blocks, discriminatorFilters, adversarial } = config;
  return adversarialDefinition(config, {
    generator: frontalNetwork({ filters, blocks }),
    discriminator: pairDiscriminator({ filters: discriminatorFilters, channels: 6 }),
    inputs: (count) => ({ x: picturesInput('synthetic', config, count) }),
    generate: (apply, inputs) => apply('generator', xOf(inputs)),
    discriminate: (apply, pictures, inputs) => apply('discriminator', tf.concat([xOf(inputs), pictures], 3)),
    weight: adversarial,
    content: (generated, inputs) => contentLoss(generated, yOf(inputs), config),
    measures(generated, inputs) {
      const [from, to] = [xOf(inputs), yOf(inputs)];
      return {
        l1: meanDistance(generated, to),
        'l1-input': meanDistance(from, to),
        psnr: peakSignalToNoise(generated, to),
        'psnr-input': peakSignalToNoise(from, to),
        sharpness: sharpness(generated, to),
      };
    },
  });
}

/** The part of the generator's loss besides the objective. Losses of weight 0 are not computed. */
function contentLoss(generated: tf.Tensor4D, target: tf.Tensor4D, config: FrontaliseConfig) {
  const parts = {
    l1: () => multiScaleDistance(generated, target),
    symmetry: () => asymmetry(generated),
    variation: () => variation(generated),
  };
  const losses: Record<string, tf.Scalar> = {};
  let loss: tf.Scalar = tf.scalar(0);
  for (const [name, of] of Object.entries(parts) as [keyof typeof parts, () => tf.Scalar][]) {
    if (config[name] === 0) continue;
    const value = of();
    losses[name] = value;
    loss = tf.add(loss, tf.mul(value, config[name]));
  }
  return { loss, losses };
}

/**
 * Huang et al., "Beyond Face Rotation: Global and Local Perception GAN for Photorealistic and Identity Preserving Frontal View
 * Synthesis", ICCV 2017 (TP-GAN), in a form that is small enough to train live: it has one path instead of a global and four local ones, it
 * moves pixels by a flow where the paper's network generates all of them (see `frontalNetwork`), and it has no identity network. It learns
 * from pairs of a picture from the side and its front. The preset `eyes` takes them from the renderer (`fromRenderer` with `front`), the
 * preset `faces` from two folders. Held-out reports have the mean distance `l1` and the `psnr` to the true front, the same measures of the
 * unchanged input (`l1-input`, `psnr-input`), and `sharpness` relative to the true front.
 */
export const frontalise = defineRecipe({
  name: 'frontalise',
  description: 'TP-GAN, live-sized: an eye or face seen from the side to its front (Huang et al., ICCV 2017)',
  learnsFrom: 'pairs',
  keepsPicture: false,
  control: 'inputs',
  inputs: { real: 'renderer', crop: 'none', pairs: 'given' },
  holds: ['l1'],
  steps: 1500,
  presets: ['eyes', 'faces'],
  options: frontaliseOptions,
  training,
  refine: (apply, x) => apply('generator', x),
});
