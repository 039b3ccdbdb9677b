/** SalGAN: a picture to a map of where attention falls. */
import * as tf from '@tensorflow/tfjs-core';
import { need } from '../engine/tensor-record.js';
import type { Tensors } from '../engine/types.js';
import { binaryCrossEntropy, correlation, divergence } from './losses/saliency.js';
import { attentionNetwork } from './networks/attention.js';
import { pairDiscriminator } from './networks/pair-discriminator.js';
import { type SaliencyConfig, saliencyOptions } from './saliency-options.js';
import { adversarialMoves, objectiveInputs } from './training/adversarial-moves.js';
import { defineRecipe } from './training/define-recipe.js';
import { CHECKED, type Game, picturesInput } from './training/game.js';
import type { Play } from './training/play.js';

function game(config: SaliencyConfig): Game {
  const { batch, filters: maps, discriminatorFilters, bce, adversarial } = config;
  const judged = pairDiscriminator({ maps: discriminatorFilters, channels: 4 });
  const real = (inputs: Tensors) => need<tf.Tensor4D>(inputs, 'y');
  const make = (play: Play, inputs: Tensors) => attention(play, need(inputs, 'x'));
  const judge = (play: Play, pictures: tf.Tensor4D, inputs: Tensors) =>
    play('discriminator', tf.concat([need<tf.Tensor4D>(inputs, 'x'), grey(pictures)], 3));
  const inputs = (count: number) => ({
    x: picturesInput('synthetic', config, count),
    y: picturesInput('real', config, count),
  });
  return {
    players: {
      generator: { role: 'generator', network: attentionNetwork({ maps }) },
      discriminator: { role: 'discriminator', network: judged },
    },
    inputs: { ...inputs(batch), ...objectiveInputs(config) },
    ...adversarialMoves(config, {
      make,
      real,
      judge,
      weight: adversarial,
      also(made, inputs) {
        const loss = binaryCrossEntropy(share(made), share(real(inputs)));
        return { loss: tf.mul(loss, bce), reports: { 'bce-loss': loss } };
      },
    }),
    checkInputs: inputs(CHECKED),
    check(play, given) {
      const refined = make(play, given);
      const [map, target] = [share(refined), share(real(given))];
      return {
        refined,
        ofRefined: judge(play, refined, given),
        ofReal: judge(play, real(given), given),
        measures: {
          bce: binaryCrossEntropy(map, target),
          correlation: correlation(map, target),
          divergence: divergence(map, target),
        },
      };
    },
  };
}

/** The map of a picture, as a grey picture. */
function attention(play: Play, x: tf.Tensor4D): tf.Tensor4D {
  const map = tf.sub<tf.Tensor4D>(tf.mul(tf.sigmoid(play('generator', x)), 2), 1);
  return tf.concat([map, map, map], 3);
}

/** The one channel of a grey picture. */
function grey(pictures: tf.Tensor4D): tf.Tensor4D {
  return tf.mean<tf.Tensor4D>(pictures, 3, true);
}

/** A grey picture's map, 0 to 1. */
function share(pictures: tf.Tensor4D): tf.Tensor4D {
  return tf.mul(tf.add(grey(pictures), 1), 0.5);
}

/**
 * Pan et al., "SalGAN: Visual Saliency Prediction with Generative Adversarial Networks", 2017 (arXiv 1701.01081): a picture to a map of
 * where attention falls, white on black. Learns from pairs of pictures and maps of the same size: RGB bytes, grey. `gaze-map`, the
 * default, makes them of eyes whose gaze is known, `face-box` of frames in which faces were found. The held-out report has the map's
 * cross-entropy `bce`, its `correlation` with the true one and the `divergence` from it.
 *
 * Measured with `live` on rendered eyes of 64×64: after 2 minutes on one core (1,300 steps of 16, 92 ms each; a map takes 0.8 ms) the
 * correlation on 512 eyes of other people is 0.86, blinks included, and 0.88 for open eyes, where the spot lies 3.2 pixels from the
 * true one. On two cores: no more than those 2 minutes.
 */
export const saliency = defineRecipe({
  name: 'saliency',
  description: 'SalGAN: a picture to a map of where attention falls (Pan et al., 2017)',
  learnsFrom: 'pairs',
  inputs: { real: 'renderer', crop: 'none', pairs: 'gaze-map' },
  holds: ['bce'],
  steps: 1300,
  presets: ['live'],
  options: saliencyOptions,
  game,
  refine: (play, x) => attention(play, x),
});
