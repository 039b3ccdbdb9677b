/** Deep convolutional GAN: pictures from noise. */
import { need } from '../engine/tensor-record.js';
import { type Channels, learntChannels, shownChannels } from './networks/channels.js';
import { dcganDiscriminator, dcganGenerator } from './networks/dcgan.js';
import { adversarialDefinition } from './training/adversarial-definition.js';
import { type AdversarialConfig, integer, side } from './training/config.js';
import { defineRecipe } from './training/define-recipe.js';
import type { TrainingDefinition } from './training/definition.js';

/** Options of `dcgan`. */
export interface DcganConfig extends AdversarialConfig {
  /** Numbers of noise a picture is made of, 1 to 4096. Default 64. */
  readonly noiseSize: number;
  /** Maps of both networks at half the size, 1 to 1024; twice, three times, four times as many below. Default 16. */
  readonly maps: number;
  /** Channels that are learnt: 1 for grey pictures, 3 for colour. */
  readonly channels: Channels;
}

function training(config: DcganConfig): TrainingDefinition {
  const { noiseSize, channels } = config;
  return adversarialDefinition(config, {
    generator: dcganGenerator({ ...config, from: noiseSize }),
    discriminator: dcganDiscriminator(config),
    inputs: (count) => ({
      noise: { shape: [count, noiseSize], from: 'normal' },
    }),
    generate: (apply, inputs) => shownChannels(apply('generator', need(inputs, 'noise'))),
    judge: (apply, y) => apply('discriminator', learntChannels(y, channels)),
  });
}

const SHARED = { batch: 32, learningRate: 5e-4, averaging: 0.995, noiseSize: 64 } as const;

/**
 * Radford et al., "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks", ICLR 2016: eyes or
 * faces from noise, in a size for two cores; preset `digits` for the digits of MNIST. Pictures have three channels in [−1, 1], sides
 * are even from 8; noise is a row of `noiseSize` numbers. It can learn by every objective: the discriminator has no batch norm.
 */
export const dcgan = defineRecipe<DcganConfig>({
  name: 'dcgan',
  description: 'deep convolutional GAN: eyes, faces or digits from noise (Radford et al., ICLR 2016)',
  learnsFrom: 'pictures',
  keepsPicture: false,
  control: 'double-exposures',
  inputs: { crop: 'eyes' },
  steps: ({ preset }) => (preset === 'digits' ? 8000 : 2200),
  presets: {
    eyes: { ...SHARED, width: 64, height: 64, maps: 16, channels: 3 },
    digits: { ...SHARED, width: 28, height: 28, maps: 24, channels: 1 },
  },
  checks: {
    width: side(2, 8),
    height: side(2, 8),
    noiseSize: integer(1, 4096),
    maps: integer(1, 1024),
    channels: (value) => (value === 1 || value === 3 ? undefined : '1 or 3'),
  },
  fixed: ['noiseSize', 'maps', 'channels'],
  training,
  noiseSize: ({ noiseSize }) => noiseSize,
  sample: (apply, noise) => shownChannels(apply('generator', noise)),
});
