/** Pictures of pictures, learnt from pairs. */

import * as tf from '@tensorflow/tfjs-core';
import { meanDistance, sharpness, structuralSimilarity } from './losses/likeness.js';
import { patchDiscriminator } from './networks/patch-discriminator.js';
import { unet } from './networks/unet.js';
import { type Pix2pixConfig, pix2pixOptions } from './pix2pix-options.js';
import { adversarialDefinition } from './training/adversarial-definition.js';
import { defineRecipe } from './training/define-recipe.js';
import { picturesInput, type TrainingDefinition, xOf, yOf } from './training/definition.js';

function training(config: Pix2pixConfig): TrainingDefinition {
  const { batch, width, height, filters, dropout, l1, adversarial } = config;
  const generator = unet({ width, height, filters, dropout });
  return adversarialDefinition(config, {
    generator,
    discriminator: patchDiscriminator({ width, height, filters, channels: 6 }),
    inputs: (count) => ({ x: picturesInput('synthetic', config, count) }),
    trainingInputs:
      dropout > 0 ? { dropped: { shape: [batch, generator.dropoutUnits as number], from: { dropout } } } : {},
    generate: (apply, inputs) => apply('generator', xOf(inputs), inputs.dropped),
    discriminate: (apply, pictures, inputs) => apply('discriminator', tf.concat([xOf(inputs), pictures], 3)),
    weight: adversarial,
    content(generated, inputs) {
      const distance = meanDistance(generated, yOf(inputs));
      return { loss: tf.mul(distance, l1), losses: { l1: distance } };
    },
    measures: (generated, inputs) => ({
      l1: meanDistance(generated, yOf(inputs)),
      ssim: structuralSimilarity(generated, yOf(inputs)),
      sharpness: sharpness(generated, yOf(inputs)),
    }),
  });
}

/**
 * Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks", CVPR 2017: learns from pairs what to make of a
 * picture. A U-Net is to come near the target, by the mean distance, and to look real beside its input, by a discriminator of
 * patches that sees both: 70×70 of 256×256 in the paper, 18×18 of 64×64 here. Pictures have sides that are multiples of 8.
 *
 * Measures on held-out pairs: `l1`, the mean distance (0 to 2); `ssim`, structural similarity; `sharpness`, the mean gradient as a
 * share of the targets'.
 */
export const pix2pix = defineRecipe({
  name: 'pix2pix',
  description: 'pictures of pictures, learnt from pairs: edges to eyes, grey to colour (Isola et al., CVPR 2017)',
  learnsFrom: 'pairs',
  keepsPicture: false,
  control: 'inputs',
  holds: ['l1'],
  steps: 2000,
  presets: ['live'],
  options: pix2pixOptions,
  training,
  refine: (apply, pictures) => apply('generator', pictures),
});
