/** Deep convolutional GAN: pictures from noise. */

import { need } from '../engine/tensor-record.js';
import { type DcganConfig, dcganOptions } from './dcgan-options.js';
import { learntChannels, shownChannels } from './networks/channels.js';
import { dcganDiscriminator, dcganGenerator } from './networks/dcgan.js';
import { adversarialDefinition } from './training/adversarial-definition.js';
import { defineRecipe } from './training/define-recipe.js';
import type { TrainingDefinition } from './training/definition.js';

function training(config: DcganConfig): TrainingDefinition {
  const { noiseSize, channels } = config;
  return adversarialDefinition(config, {
    generator: dcganGenerator({ ...config, from: noiseSize }),
    discriminator: dcganDiscriminator(config),
    inputs: (count) => ({
      noise: { shape: [count, noiseSize], from: 'normal' },
    }),
    generate: (apply, inputs) => shownChannels(apply('generator', need(inputs, 'noise'))),
    discriminate: (apply, y) => apply('discriminator', learntChannels(y, channels)),
  });
}

/**
 * Radford et al., "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks", ICLR 2016: eyes or
 * faces from noise, in a size that two cores can train. The preset `digits` is for the digits of MNIST. Pictures have three channels in
 * [−1, 1] and even sides of at least 8 pixels; noise is a row of `noiseSize` numbers. Every objective works, because the discriminator has
 * no batch norm.
 */
export const dcgan = defineRecipe({
  name: 'dcgan',
  description: 'deep convolutional GAN: eyes, faces or digits from noise (Radford et al., ICLR 2016)',
  learnsFrom: 'pictures',
  keepsPicture: false,
  control: 'double-exposures',
  inputs: { crop: 'eyes' },
  steps: ({ preset }) => (preset === 'digits' ? 8000 : 2200),
  presets: ['eyes', 'digits'],
  options: dcganOptions,
  training,
  noiseSize: ({ noiseSize }) => noiseSize,
  sample: (apply, noise) => shownChannels(apply('generator', noise)),
});
