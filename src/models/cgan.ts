/** Conditional GAN: pictures of a class from noise and a label. */
import * as tf from '@tensorflow/tfjs-core';
import { need } from '../engine/tensor-record.js';
import type { Tensors } from '../engine/types.js';
import { type CganConfig, cganOptions } from './cgan-options.js';
import { learntChannels, shownChannels } from './networks/channels.js';
import { dcganDiscriminator, dcganGenerator } from './networks/dcgan.js';
import { adversarialMoves, objectiveInputs } from './training/adversarial-moves.js';
import { defineRecipe } from './training/define-recipe.js';
import { CHECKED, type Game, picturesInput } from './training/game.js';
import type { Play } from './training/play.js';

function game(config: CganConfig): Game {
  const { batch, noiseSize, channels, classes } = config;
  const shape = { ...config, maps: config.filters };
  const critic = dcganDiscriminator({ ...shape, to: 1 + classes.length });
  const real = (inputs: Tensors) => need<tf.Tensor4D>(inputs, 'y');
  const labels = (inputs: Tensors) => need<tf.Tensor2D>(inputs, 'labels');
  const make = (play: Play, inputs: Tensors) => made(play, need(inputs, 'noise'), labels(inputs));
  const judge = (play: Play, y: tf.Tensor4D, inputs: Tensors) => {
    const [whole, ofClasses] = tf.split(
      play<tf.Tensor2D>('discriminator', learntChannels(y, channels)),
      [1, classes.length],
      1,
    ) as [tf.Tensor2D, tf.Tensor2D];
    return tf.add(whole, tf.sum(tf.mul(ofClasses, labels(inputs)), 1, true));
  };
  const inputs = (count: number) => ({
    noise: { shape: [count, noiseSize], from: 'normal' } as const,
    y: picturesInput('real', config, count),
    labels: { shape: [count, classes.length], from: 'labels' } as const,
  });
  return {
    players: {
      generator: { role: 'generator', network: dcganGenerator({ ...shape, from: noiseSize + classes.length }) },
      discriminator: { role: 'discriminator', network: critic },
    },
    inputs: { ...inputs(batch), ...objectiveInputs(config) },
    ...adversarialMoves(config, { make, real, judge }),
    checkInputs: inputs(CHECKED),
    check(play, given) {
      const refined = make(play, given);
      return { refined, ofRefined: judge(play, refined, given), ofReal: judge(play, real(given), given) };
    },
  };
}

/** Noise and label side by side are what the generator makes a picture of. */
function made(play: Play, noise: tf.Tensor, labels: tf.Tensor): tf.Tensor4D {
  return shownChannels(play('generator', tf.concat([noise, labels], 1)));
}

/**
 * Mirza and Osindero, "Conditional Generative Adversarial Nets", arXiv 1411.1784: pictures of the class that is asked for. The
 * generator gets noise and the label, one-hot; the discriminator judges a picture as one of its class, the label by an inner product
 * with what it sees (Miyato and Koyama, "cGANs with Projection Discriminator", ICLR 2018). Both are convolutional, as in `dcgan`.
 *
 * Measured on one core:
 * - `digits`, MNIST, 40 ms a step of 32: after 165 seconds (4,200 steps, batches of the first 8,000 digits) a separate classifier, right
 *   on 97.8 % of the other digits, saw the digit that was asked for in 95 % of 1,000 samples; in 84 and 85 % of the 8s and 2s
 * - `gaze`, 3,000 rendered eyes named by the direction in which they look, 190 ms a step on a busy core: after 170 seconds (890 steps)
 *   the pupils of samples, as `findPupil` sees them, are on average at x 27.9 for `left` and 36.5 for `right` (real ones: 27.8 and
 *   36.8), at y 30.0 for `up` and 33.9 for `down` (29.1 and 35.7)
 */
export const cgan = defineRecipe({
  name: 'cgan',
  description: 'conditional GAN: pictures of the class asked for, from noise and a label (Mirza and Osindero, 2014)',
  learnsFrom: 'labelled',
  inputs: { real: 'mnist', crop: 'none' },
  steps: 4200,
  presets: ['digits', 'gaze'],
  options: cganOptions,
  game,
  noiseSize: ({ noiseSize }) => noiseSize,
  classes: ({ classes }) => classes.length,
  sample: (play, noise, labels) => made(play, noise, labels as tf.Tensor),
});
