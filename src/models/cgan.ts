/** Conditional GAN: pictures of a class from noise and a label. */

import * as tf from '@tensorflow/tfjs-core';
import { need } from '../engine/tensor-record.js';
import { type CganConfig, cganOptions } from './cgan-options.js';
import { learntChannels, shownChannels } from './networks/channels.js';
import { dcganDiscriminator, dcganGenerator } from './networks/dcgan.js';
import { adversarialDefinition } from './training/adversarial-definition.js';
import type { Apply } from './training/apply.js';
import { defineRecipe } from './training/define-recipe.js';
import type { TrainingDefinition } from './training/definition.js';

function training(config: CganConfig): TrainingDefinition {
  const { noiseSize, channels, classes } = config;
  return adversarialDefinition(config, {
    generator: dcganGenerator({ ...config, from: noiseSize + classes.length }),
    discriminator: dcganDiscriminator({ ...config, to: 1 + classes.length }),
    inputs: (count) => ({
      noise: { shape: [count, noiseSize], from: 'normal' },
      labels: { shape: [count, classes.length], from: 'labels' },
    }),
    generate: (apply, inputs) => generated(apply, need(inputs, 'noise'), need(inputs, 'labels')),
    discriminate(apply, y, inputs) {
      const logits = apply<tf.Tensor2D>('discriminator', learntChannels(y, channels));
      const [whole, ofClasses] = tf.split(logits, [1, classes.length], 1) as [tf.Tensor2D, tf.Tensor2D];
      return tf.add(whole, tf.sum(tf.mul(ofClasses, need(inputs, 'labels')), 1, true));
    },
  });
}

/** Generates pictures from noise and labels, which the network gets as one vector. */
function generated(apply: Apply, noise: tf.Tensor, labels: tf.Tensor): tf.Tensor4D {
  return shownChannels(apply('generator', tf.concat([noise, labels], 1)));
}

/**
 * Mirza and Osindero, "Conditional Generative Adversarial Nets", arXiv 1411.1784: pictures of a requested class. The generator gets noise
 * and a one-hot label. The discriminator takes the label into account by an inner product with its features (Miyato and Koyama, "cGANs
 * with Projection Discriminator", ICLR 2018). Both networks are convolutional, as in `dcgan`.
 */
export const cgan = defineRecipe({
  name: 'cgan',
  description: 'conditional GAN: pictures of the class asked for, from noise and a label (Mirza and Osindero, 2014)',
  learnsFrom: 'labelled',
  keepsPicture: false,
  control: 'double-exposures',
  inputs: { real: 'mnist', crop: 'none' },
  steps: 4200,
  presets: ['digits', 'gaze'],
  options: cganOptions,
  training,
  noiseSize: ({ noiseSize }) => noiseSize,
  classes: ({ classes }) => classes.length,
  sample: (apply, noise, labels) => generated(apply, noise, labels as tf.Tensor),
});
