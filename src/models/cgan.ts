/** Conditional GAN: pictures of a class from noise and a label. */
import * as tf from '@tensorflow/tfjs-core';
import { need } from '../engine/tensor-record.js';
import type { DcganConfig } from './dcgan.js';
import { learntChannels, shownChannels } from './networks/channels.js';
import { dcganDiscriminator, dcganGenerator } from './networks/dcgan.js';
import { adversarialDefinition } from './training/adversarial-definition.js';
import type { Apply } from './training/apply.js';
import { type Check, integer, side } from './training/config.js';
import { defineRecipe } from './training/define-recipe.js';
import type { TrainingDefinition } from './training/definition.js';

/** Options of `cgan`: those of `dcgan`, and its classes. */
export interface CganConfig extends DcganConfig {
  /** Names of the classes, 2 to 256, each once. Default `0` to `9`. */
  readonly classes: readonly string[];
}

const classNames: Check = (value) => {
  const fits =
    Array.isArray(value) &&
    value.length >= 2 &&
    value.length <= 256 &&
    value.every((name) => typeof name === 'string' && name !== '') &&
    new Set(value).size === value.length;
  return fits ? undefined : '2 to 256 different class names';
};

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
    judge(apply, y, inputs) {
      const logits = apply<tf.Tensor2D>('discriminator', learntChannels(y, channels));
      const [whole, ofClasses] = tf.split(logits, [1, classes.length], 1) as [tf.Tensor2D, tf.Tensor2D];
      return tf.add(whole, tf.sum(tf.mul(ofClasses, need(inputs, 'labels')), 1, true));
    },
  });
}

/** The generator makes a picture of noise and label side by side. */
function generated(apply: Apply, noise: tf.Tensor, labels: tf.Tensor): tf.Tensor4D {
  return shownChannels(apply('generator', tf.concat([noise, labels], 1)));
}

const SHARED = { batch: 32, learningRate: 5e-4, averaging: 0.995, noiseSize: 64 } as const;

/**
 * Mirza and Osindero, "Conditional Generative Adversarial Nets", arXiv 1411.1784: pictures of the class that is asked for. The
 * generator gets noise and the label, one-hot; the discriminator judges a picture as one of its class, the label by an inner product
 * with what it sees (Miyato and Koyama, "cGANs with Projection Discriminator", ICLR 2018). Both are convolutional, as in `dcgan`.
 */
export const cgan = defineRecipe<CganConfig>({
  name: 'cgan',
  description: 'conditional GAN: pictures of the class asked for, from noise and a label (Mirza and Osindero, 2014)',
  learnsFrom: 'labelled',
  keepsPicture: false,
  control: 'double-exposures',
  inputs: { real: 'mnist', crop: 'none' },
  steps: 4200,
  presets: {
    digits: { ...SHARED, width: 28, height: 28, maps: 24, channels: 1, classes: [...'0123456789'] },
    gaze: {
      ...SHARED,
      width: 64,
      height: 64,
      maps: 16,
      channels: 3,
      classes: ['centre', 'left', 'right', 'up', 'down'],
    },
  },
  checks: {
    width: side(2, 8),
    height: side(2, 8),
    noiseSize: integer(1, 4096),
    maps: integer(1, 1024),
    channels: (value) => (value === 1 || value === 3 ? undefined : '1 or 3'),
    classes: classNames,
  },
  fixed: ['noiseSize', 'maps', 'channels', 'classes'],
  training,
  noiseSize: ({ noiseSize }) => noiseSize,
  classes: ({ classes }) => classes.length,
  sample: (apply, noise, labels) => generated(apply, noise, labels as tf.Tensor),
});
