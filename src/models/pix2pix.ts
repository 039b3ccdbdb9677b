/** pix2pix: translates pictures, and learns from pairs. */

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
 * Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks", CVPR 2017: a translation that is learnt from
 * pairs. The generator is a U-Net. It minimises the mean distance from the target and the loss of a patch discriminator that sees the
 * output beside its input. Patches have 70×70 of 256×256 pixels in the paper and 18×18 of 64×64 here. Sides must be multiples of 8.
 *
 * Measures on held-out pairs: `l1`, the mean distance (0 to 2); `ssim`, structural similarity (−1 to 1); `sharpness`, the mean gradient
 * relative to that of the targets.
 */
export const pix2pix = defineRecipe({
  name: 'pix2pix',
  description: 'pictures from pictures, learnt from pairs: edges to eyes, grey to colour (Isola et al., CVPR 2017)',
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
