/** Deep convolutional GAN: pictures from noise. */
import type * as tf from '@tensorflow/tfjs-core';
import { need } from '../engine/tensor-record.js';
import type { Tensors } from '../engine/types.js';
import { type DcganConfig, dcganOptions } from './dcgan-options.js';
import { learntChannels, shownChannels } from './networks/channels.js';
import { dcganDiscriminator, dcganGenerator } from './networks/dcgan.js';
import { adversarialMoves, objectiveInputs } from './training/adversarial-moves.js';
import { defineRecipe } from './training/define-recipe.js';
import { CHECKED, type Game, picturesInput } from './training/game.js';
import type { Play } from './training/play.js';

function game(config: DcganConfig): Game {
  const { batch, noiseSize, channels } = config;
  const shape = { ...config, maps: config.filters };
  const critic = dcganDiscriminator(shape);
  const real = (inputs: Tensors) => need<tf.Tensor4D>(inputs, 'y');
  const make = (play: Play, inputs: Tensors) => shownChannels(play('generator', need(inputs, 'noise')));
  const judge = (play: Play, y: tf.Tensor4D) => play('discriminator', learntChannels(y, channels));
  const inputs = (count: number) => ({
    noise: { shape: [count, noiseSize], from: 'normal' } as const,
    y: picturesInput('real', config, count),
  });
  return {
    players: {
      generator: { role: 'generator', network: dcganGenerator({ ...shape, from: noiseSize }) },
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
export const dcgan = defineRecipe({
  name: 'dcgan',
  description: 'deep convolutional GAN: eyes, faces or digits from noise (Radford et al., ICLR 2016)',
  learnsFrom: 'pictures',
  inputs: { crop: 'eyes' },
  steps: ({ preset }) => (preset === 'digits' ? 8000 : 2200),
  presets: ['eyes', 'digits'],
  options: dcganOptions,
  game,
  noiseSize: ({ noiseSize }) => noiseSize,
  sample: (play, noise) => shownChannels(play('generator', noise)),
});
