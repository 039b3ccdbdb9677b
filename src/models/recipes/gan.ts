/** The original adversarial nets: multilayer perceptrons, a generator from noise and a discriminator. */
import * as tf from '@tensorflow/tfjs-core';
import { perceptron } from '../networks/perceptron.js';
import { spectrallyNormalised } from '../networks/spectral-norm.js';
import { need } from '../tensor-record.js';
import { adversarialMoves, objectiveInputs } from '../training/adversarial-moves.js';
import { type AdversarialConfig, integer, side } from '../training/config.js';
import { defineRecipe } from '../training/define-recipe.js';
import { CHECKED, type Game, picturesInput } from '../training/game.js';

/** Options of `gan`. */
export interface GanConfig extends AdversarialConfig {
  /** Numbers of noise a picture is made of. Default 64. */
  readonly noiseSize: number;
  /** Units of each of the two hidden layers. Default 256. */
  readonly units: number;
  /** Channels that are learnt: 1 for grey pictures, 3 for colour. Default 1. */
  readonly channels: 1 | 3;
}

function game(config: GanConfig): Game {
  const { batch, width, height, units, noiseSize, channels, spectralNorm } = config;
  const pixels = width * height * channels;
  const critic = perceptron({ from: pixels, hidden: [units, units], to: 1 });
  const real = (inputs: Record<string, tf.Tensor>) => need<tf.Tensor4D>(inputs, 'y');
  const make = (play: Parameters<Game['check']>[0], inputs: Record<string, tf.Tensor>) =>
    pictures(play<tf.Tensor2D>('generator', need(inputs, 'noise')), config);
  const judge = (play: Parameters<Game['check']>[0], y: tf.Tensor4D) => play('discriminator', values(y, channels));
  const inputs = (count: number) => ({
    noise: { shape: [count, noiseSize], from: 'normal' } as const,
    y: picturesInput('real', config, count),
  });
  return {
    players: {
      generator: {
        role: 'generator',
        network: perceptron({ from: noiseSize, hidden: [units, units], to: pixels, last: 'tanh' }),
      },
      discriminator: { role: 'discriminator', network: spectralNorm ? spectrallyNormalised(critic) : critic },
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

/** The values that are learnt of a picture, in a row: its channels, or their mean. */
function values(y: tf.Tensor4D, channels: 1 | 3): tf.Tensor2D {
  const learnt = channels === 3 ? y : tf.mean(y, 3);
  return tf.reshape(learnt, [y.shape[0], -1]);
}

/** Pictures of such rows. */
function pictures(rows: tf.Tensor2D, { width, height, channels }: GanConfig): tf.Tensor4D {
  const made = tf.reshape(rows, [rows.shape[0], height, width, channels]) as tf.Tensor4D;
  return channels === 3 ? made : tf.concat([made, made, made], 3);
}

/**
 * Goodfellow et al., "Generative Adversarial Nets", NIPS 2014: pictures from noise. `objective` is `minimax` for the paper's value
 * function or `non-saturating`, the default, for the generator's loss that it recommends. In 10 minutes on two cores: digits of
 * MNIST that a person recognises.
 */
export const gan = defineRecipe<GanConfig>({
  name: 'gan',
  description: 'the original GAN: pictures from noise, by multilayer perceptrons (Goodfellow et al., NIPS 2014)',
  learnsFrom: 'pictures',
  inputs: { real: 'mnist', crop: 'none' },
  presets: {
    digits: { width: 28, height: 28, batch: 64, noiseSize: 64, units: 256, channels: 1 },
  },
  checks: {
    width: side(1, 8),
    height: side(1, 8),
    noiseSize: integer(1, 4096),
    units: integer(1, 4096),
    channels: (value) => (value === 1 || value === 3 ? undefined : '1 or 3'),
  },
  fixed: ['noiseSize', 'units', 'channels'],
  game,
  noiseSize: ({ noiseSize }) => noiseSize,
  sample: (play, noise, _labels, config) => pictures(play<tf.Tensor2D>('generator', noise), config),
});
