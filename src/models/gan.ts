/** The original adversarial nets: multilayer perceptrons, a generator from noise and a discriminator. */
import * as tf from '@tensorflow/tfjs-core';
import { need } from '../engine/tensor-record.js';
import type { Tensors } from '../engine/types.js';
import { type GanConfig, ganOptions } from './gan-options.js';
import { type Channels, learntChannels, shownChannels } from './networks/channels.js';
import { perceptron } from './networks/perceptron.js';
import { adversarialMoves, objectiveInputs } from './training/adversarial-moves.js';
import { defineRecipe } from './training/define-recipe.js';
import { CHECKED, type Game, picturesInput } from './training/game.js';
import type { Play } from './training/play.js';

function game(config: GanConfig): Game {
  const { batch, width, height, units, noiseSize, channels, dropout } = config;
  const pixels = width * height * channels;
  const critic = perceptron({ from: pixels, hidden: [units, units], to: 1 });
  const real = (inputs: Tensors) => need<tf.Tensor4D>(inputs, 'y');
  const make = (play: Play, inputs: Tensors) => pictures(play<tf.Tensor2D>('generator', need(inputs, 'noise')), config);
  const judge = (play: Play, y: tf.Tensor4D, given: Tensors) =>
    play('discriminator', values(y, channels), given.kept as tf.Tensor2D | undefined);
  const inputs = (count: number) => ({
    noise: { shape: [count, noiseSize], from: 'normal' } as const,
    y: picturesInput('real', config, count),
  });
  return {
    players: {
      generator: {
        role: 'generator',
        network: perceptron({ from: noiseSize, hidden: [units, units], to: pixels, last: 'tanh', normalised: true }),
      },
      discriminator: { role: 'discriminator', network: critic },
    },
    inputs: {
      ...inputs(batch),
      ...(dropout > 0 && { kept: { shape: [batch, 2 * units], from: { dropout } } }),
      ...objectiveInputs(config),
    },
    ...adversarialMoves(config, { make, real, judge }),
    checkInputs: inputs(CHECKED),
    check(play, given) {
      const refined = make(play, given);
      return { refined, ofRefined: judge(play, refined, given), ofReal: judge(play, real(given), given) };
    },
  };
}

/** The values that are learnt of a picture, in a row. */
function values(y: tf.Tensor4D, channels: Channels): tf.Tensor2D {
  return tf.reshape(learntChannels(y, channels), [y.shape[0], -1]);
}

/** Pictures of such rows. */
function pictures(rows: tf.Tensor2D, { width, height, channels }: GanConfig): tf.Tensor4D {
  return shownChannels(tf.reshape(rows, [rows.shape[0], height, width, channels]));
}

/**
 * Goodfellow et al., "Generative Adversarial Nets", NIPS 2014: pictures from noise, both networks multilayer perceptrons. `objective` is
 * `minimax` for the paper's value function or `non-saturating`, the default, for the generator's loss that it recommends. Beyond
 * the paper: batch norm in the generator, and averaged weights.
 *
 * Measured on one core on digits of MNIST, 45 ms a step of 64: strokes after 1 minute; after 6 (8,000 steps) three of four samples are
 * digits that a person recognises. Perceptrons know no neighbourhood: the others are broken or speckled where those of a
 * convolutional generator are whole.
 */
export const gan = defineRecipe({
  name: 'gan',
  description: 'the original GAN: pictures from noise, by multilayer perceptrons (Goodfellow et al., NIPS 2014)',
  learnsFrom: 'pictures',
  inputs: { real: 'mnist', crop: 'none' },
  steps: 8000,
  presets: ['digits'],
  options: ganOptions,
  game,
  noiseSize: ({ noiseSize }) => noiseSize,
  sample: (play, noise, _labels, config) => pictures(play<tf.Tensor2D>('generator', noise), config),
});
