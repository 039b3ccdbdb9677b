/** The original GAN: a generator and a discriminator that are multilayer perceptrons. */

import * as tf from '@tensorflow/tfjs-core';
import { need } from '../engine/tensor-record.js';
import { type GanConfig, ganOptions } from './gan-options.js';
import { type Channels, learntChannels, shownChannels } from './networks/channels.js';
import { perceptron } from './networks/perceptron.js';
import { adversarialDefinition } from './training/adversarial-definition.js';
import { defineRecipe } from './training/define-recipe.js';
import type { TrainingDefinition } from './training/definition.js';

function training(config: GanConfig): TrainingDefinition {
  const { batch, width, height, units, noiseSize, channels, dropout } = config;
  const pixels = width * height * channels;
  const hidden = [units, units];
  return adversarialDefinition(config, {
    generator: perceptron({ from: noiseSize, hidden, to: pixels, last: 'tanh', normalised: true }),
    discriminator: perceptron({ from: pixels, hidden, to: 1 }),
    inputs: (count) => ({
      noise: { shape: [count, noiseSize], from: 'normal' },
    }),
    trainingInputs: dropout > 0 ? { kept: { shape: [batch, 2 * units], from: { dropout } } } : {},
    generate: (apply, inputs) => pictures(apply<tf.Tensor2D>('generator', need(inputs, 'noise')), config),
    discriminate: (apply, y, { kept }) => apply('discriminator', values(y, channels), kept),
  });
}

/** The learnt values of each picture as one row. */
function values(y: tf.Tensor4D, channels: Channels): tf.Tensor2D {
  return tf.reshape(learntChannels(y, channels), [y.shape[0], -1]);
}

/** Pictures from such rows. */
function pictures(rows: tf.Tensor2D, { width, height, channels }: GanConfig): tf.Tensor4D {
  return shownChannels(tf.reshape(rows, [rows.shape[0], height, width, channels]));
}

/**
 * Goodfellow et al., "Generative Adversarial Nets", NIPS 2014: pictures from noise, where both networks are multilayer
 * perceptrons. The objective `minimax` is the paper's value function; `non-saturating`, the default, is the generator's loss that the paper
 * recommends. Batch norm in the generator and averaged weights go beyond the paper.
 */
export const gan = defineRecipe({
  name: 'gan',
  description: 'the original GAN: pictures from noise, by multilayer perceptrons (Goodfellow et al., NIPS 2014)',
  learnsFrom: 'pictures',
  keepsPicture: false,
  control: 'double-exposures',
  inputs: { real: 'mnist', crop: 'none' },
  steps: 8000,
  presets: ['digits'],
  options: ganOptions,
  training,
  noiseSize: ({ noiseSize }) => noiseSize,
  sample: (apply, noise, _labels, config) => pictures(apply<tf.Tensor2D>('generator', noise), config),
});
