/** TP-GAN in a live-sized form: an eye or a face seen from the side to the same seen from the front. */
import * as tf from '@tensorflow/tfjs-core';
import { need } from '../engine/tensor-record.js';
import type { Tensors } from '../engine/types.js';
import { type FrontaliseConfig, frontaliseOptions } from './frontalise-options.js';
import { asymmetry, multiScaleDistance, variation } from './losses/frontal.js';
import { meanDistance, peakSignalToNoise, sharpness } from './losses/likeness.js';
import { frontalNetwork } from './networks/frontal.js';
import { pairDiscriminator } from './networks/pair-discriminator.js';
import { adversarialMoves, objectiveInputs } from './training/adversarial-moves.js';
import { defineRecipe } from './training/define-recipe.js';
import { CHECKED, type Game, picturesInput } from './training/game.js';
import type { Play } from './training/play.js';

function game(config: FrontaliseConfig): Game {
  const { batch, filters: maps, blocks, discriminatorFilters } = config;
  const judged = pairDiscriminator({ maps: discriminatorFilters, channels: 6 });
  const given = (inputs: Tensors) => need<tf.Tensor4D>(inputs, 'x');
  const real = (inputs: Tensors) => need<tf.Tensor4D>(inputs, 'y');
  const make = (play: Play, inputs: Tensors) => play('generator', given(inputs));
  const judge = (play: Play, pictures: tf.Tensor4D, inputs: Tensors) =>
    play('discriminator', tf.concat([given(inputs), pictures], 3));
  const inputs = (count: number) => ({
    x: picturesInput('synthetic', config, count),
    y: picturesInput('real', config, count),
  });
  return {
    players: {
      generator: { role: 'generator', network: frontalNetwork({ maps, blocks }) },
      discriminator: { role: 'discriminator', network: judged },
    },
    inputs: { ...inputs(batch), ...objectiveInputs(config) },
    ...adversarialMoves(config, {
      make,
      real,
      judge,
      weight: config.adversarial,
      also: (made, inputs) => content(made, real(inputs), config),
    }),
    checkInputs: inputs(CHECKED),
    check(play, pictures) {
      const refined = make(play, pictures);
      const [from, to] = [given(pictures), real(pictures)];
      return {
        refined,
        ofRefined: judge(play, refined, pictures),
        ofReal: judge(play, to, pictures),
        measures: {
          l1: meanDistance(refined, to),
          'l1-input': meanDistance(from, to),
          psnr: peakSignalToNoise(refined, to),
          'psnr-input': peakSignalToNoise(from, to),
          sharpness: sharpness(refined, to),
        },
      };
    },
  };
}

/** What the generator minimises besides the objective; a loss of weight 0 is not computed. */
function content(made: tf.Tensor4D, target: tf.Tensor4D, config: FrontaliseConfig) {
  const losses = {
    l1: () => multiScaleDistance(made, target),
    symmetry: () => asymmetry(made),
    variation: () => variation(made),
  };
  const reports: Record<string, tf.Tensor> = {};
  let loss: tf.Scalar = tf.scalar(0);
  for (const [name, of] of Object.entries(losses) as [keyof typeof losses, () => tf.Scalar][]) {
    if (config[name] === 0) continue;
    const value = of();
    reports[`${name}-loss`] = value;
    loss = tf.add(loss, tf.mul(value, config[name]));
  }
  return { loss, reports };
}

/**
 * Huang et al., "Beyond Face Rotation: Global and Local Perception GAN for Photorealistic and Identity Preserving Frontal View
 * Synthesis", ICCV 2017 (TP-GAN), in a live-sized form: one path instead of a global one and four local ones, a flow where theirs paints
 * all (see `frontalNetwork`), and no network for identity. Learns from pairs of a picture from the side and its front: the preset `eyes`
 * from the renderer, which knows both (`fromRenderer` with `front`), `faces` from two folders of pictures. The held-out report has the
 * distance `l1` and the `psnr` from the true front, both also of the input (`l1-input`, `psnr-input`: what copying it would give), and
 * `sharpness` as a share of the true one's.
 *
 * Measured with `eyes` on heads turned by up to 0.4 rad: after 2 minutes on one core (1,550 steps of 8, 77 ms each; a picture takes 1.7
 * ms) the distance on 512 eyes of other people is 0.052, of the inputs 0.084; 26.1 dB, of the inputs 22.5 dB. Brows and lashes come out
 * softer than they are. On two cores: no more than those 2 minutes.
 */
export const frontalise = defineRecipe({
  name: 'frontalise',
  description: 'TP-GAN, live-sized: an eye or face seen from the side to its front (Huang et al., ICCV 2017)',
  learnsFrom: 'pairs',
  inputs: { real: 'renderer', crop: 'none', pairs: 'given' },
  holds: ['l1'],
  steps: 1500,
  presets: ['eyes', 'faces'],
  options: frontaliseOptions,
  game,
  refine: (play, x) => play('generator', x),
});
