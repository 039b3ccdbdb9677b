/** Deep convolutional GAN: pictures from noise. */
import type * as tf from '@tensorflow/tfjs-core';
import { need } from '../engine/tensor-record.js';
import type { Tensors } from '../engine/types.js';
import { type Channels, learntChannels, shownChannels } from './networks/channels.js';
import { dcganDiscriminator, dcganGenerator } from './networks/dcgan.js';
import { adversarialMoves, objectiveInputs } from './training/adversarial-moves.js';
import { type AdversarialConfig, integer, side } from './training/config.js';
import { defineRecipe } from './training/define-recipe.js';
import { CHECKED, type Game, picturesInput } from './training/game.js';
import type { Play } from './training/play.js';

/** Options of `dcgan`. */
export interface DcganConfig extends AdversarialConfig {
  /** Numbers of noise a picture is made of, 1 to 4096. Default 64. */
  readonly noiseSize: number;
  /** Maps of both networks at half the size, 1 to 1024; twice, three times, four times as many below. Default 16. */
  readonly maps: number;
  /** Channels that are learnt: 1 for grey pictures, 3 for colour. */
  readonly channels: Channels;
}

function game(config: DcganConfig): Game {
  const { batch, noiseSize, channels } = config;
  const critic = dcganDiscriminator(config);
  const real = (inputs: Tensors) => need<tf.Tensor4D>(inputs, 'y');
  const make = (play: Play, inputs: Tensors) => shownChannels(play('generator', need(inputs, 'noise')));
  const judge = (play: Play, y: tf.Tensor4D) => play('discriminator', learntChannels(y, channels));
  const inputs = (count: number) => ({
    noise: { shape: [count, noiseSize], from: 'normal' } as const,
    y: picturesInput('real', config, count),
  });
  return {
    players: {
      generator: { role: 'generator', network: dcganGenerator({ ...config, from: noiseSize }) },
      discriminator: { role: 'discriminator', network: critic },
    },
    inputs: { ...inputs(batch), ...objectiveInputs(config) },
    ...adversarialMoves(config, { make, real, judge }),
    checkInputs: inputs(CHECKED),
    check(play, given) {
      const refined = make(play, given);
      return { refined, ofRefined: judge(play, refined), ofReal: judge(play, real(given)) };
    },
  };
}

const SHARED = { batch: 32, learningRate: 5e-4, averaging: 0.995, noiseSize: 64 } as const;

/**
 * Radford et al., "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks", ICLR 2016: eyes or
 * faces from noise, in a size for two cores; preset `digits` for the digits of MNIST. Pictures have three channels in [−1, 1], sides
 * are even from 8; noise is a row of `noiseSize` numbers. Every objective can be played for: the discriminator has no batch norm.
 *
 * Measured on one core, 100 ms a step of 32 pictures at 64×64: on 2,234 eye crops of videos, samples are eyes at a glance after 75
 * seconds and differ in shape, light and gaze after 4 minutes (2,200 steps); on a path of 12 pictures between two noise vectors neighbours
 * differ by 1.5 levels, the ends by 14. On 1,401 face crops, nearly all of one man, samples are faces after 3 minutes, and much
 * alike: the discriminator is right on 95 %. Digits, 25 ms a step: about four of five at a glance after 200 seconds (8,000 steps).
 */
export const dcgan = defineRecipe<DcganConfig>({
  name: 'dcgan',
  description: 'deep convolutional GAN: eyes, faces or digits from noise (Radford et al., ICLR 2016)',
  learnsFrom: 'pictures',
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
  game,
  noiseSize: ({ noiseSize }) => noiseSize,
  sample: (play, noise) => shownChannels(play('generator', noise)),
});
