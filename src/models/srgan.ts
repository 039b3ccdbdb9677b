/** Super-resolution: a generator enlarges pictures, a discriminator compares what it made with sharp ones. */
import * as tf from '@tensorflow/tfjs-core';
import { need } from '../engine/tensor-record.js';
import type { Tensors } from '../engine/types.js';
import { meanDistance, peakSignalToNoise, structuralSimilarity } from './losses/likeness.js';
import { enlarged, shrunk } from './networks/bicubic.js';
import { liveDiscriminator } from './networks/live.js';
import { reachOf, superResolution } from './networks/super-resolution.js';
import { type SrganConfig, srganOptions } from './srgan-options.js';
import { adversarialMoves, objectiveInputs } from './training/adversarial-moves.js';
import { defineRecipe } from './training/define-recipe.js';
import { CHECKED, type Game, type Move, picturesInput } from './training/game.js';
import type { Play } from './training/play.js';
import { examinedShare } from './training/rules.js';

/** Detail is so much fainter than the picture: it is made as strong for the discriminator. */
const DETAIL = 8;

function game(config: SrganConfig): Game {
  const { batch, scale, filters: maps, blocks, content, adversarial: weight } = config;
  const discriminator = liveDiscriminator({ maps: config.discriminatorFilters, channels: 6 });
  const real = (inputs: Tensors) => need<tf.Tensor4D>(inputs, 'y');
  const make = (play: Play, inputs: Tensors) => play('generator', shrunk(real(inputs), scale));
  const control = (inputs: Tensors) => enlarged(shrunk(real(inputs), scale), scale);
  const judge = (play: Play, pictures: tf.Tensor4D, inputs: Tensors) => {
    const detail = tf.mul(tf.sub(pictures, control(inputs)), DETAIL);
    return play('discriminator', tf.concat([pictures, detail], 3));
  };
  const also = (made: tf.Tensor4D, inputs: Tensors) => {
    const loss =
      content === 'l1'
        ? meanDistance(made, real(inputs))
        : tf.mean<tf.Scalar>(tf.squaredDifference(made, real(inputs)));
    return { loss, reports: { 'content-loss': loss, 'measure-psnr': peakSignalToNoise(made, real(inputs)) } };
  };
  const contentAlone: Move = {
    players: ['generator'],
    loss: (play, inputs) => also(make(play, inputs), inputs),
  };
  const examined = examinedShare(config);
  const moves = adversarialMoves(config, {
    make,
    real,
    judge,
    also,
    weight,
    reports: (_, inputs): Tensors => (examined > 0 ? { control: tf.slice(control(inputs), 0, examined) } : {}),
  });
  return {
    players: {
      generator: { role: 'generator', network: superResolution({ scale, maps, blocks }) },
      discriminator: { role: 'discriminator', network: discriminator },
    },
    inputs: { y: picturesInput('real', config, batch), ...objectiveInputs(config) },
    generator: weight === 0 ? contentAlone : moves.generator,
    discriminator: moves.discriminator,
    pretraining: { steps: config.pretrain, move: contentAlone },
    checkInputs: { y: picturesInput('real', config, CHECKED) },
    check(play, given) {
      const [refined, bicubic, y] = [make(play, given), control(given), real(given)];
      return {
        refined,
        control: bicubic,
        ofRefined: judge(play, refined, given),
        ofReal: judge(play, y, given),
        measures: {
          psnr: peakSignalToNoise(refined, y),
          'psnr-bicubic': peakSignalToNoise(bicubic, y),
          ssim: structuralSimilarity(refined, y),
          'ssim-bicubic': structuralSimilarity(bicubic, y),
        },
      };
    },
  };
}

/**
 * Ledig et al., "Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network", CVPR 2017, small enough to
 * learn beside a video. What it learns from are sharp pictures `[batch, height, width, 3]`: each is made smaller by the means of its
 * squares of `scale`×`scale` pixels, rounded to bytes, and the generator is to make it large again (`superResolution`). Refinement
 * does the same with what it is given, so that a live picture shows what is restored; `irisflow refine --crop none` makes whole pictures
 * of any size larger instead. The control is bicubic enlargement, which the generator starts as; held-out pictures are measured by
 * `psnr`, `ssim`, `psnr-bicubic` and `ssim-bicubic`.
 *
 * Unlike the paper's, the generator has no batch norm (as EDSR) and works at the small size throughout (as ESPCN), the content loss
 * is of pixels, and the discriminator judges patches of 18×18, given what bicubic enlargement lacks besides the picture.
 *
 * `x4`, 1,200 steps (44 seconds) on 64×64 faces of a talking person, on a later part of the video: bicubic 24.9 dB, content alone 30.3,
 * adversarial 29.9; squared kernel distance from real pictures (`kernelDistance`) .130, .0152 and .0045; `perceptualDistance` to the
 * originals .152, .0523 and .0496. `x2`, 1,200 steps (43 seconds): 34.7 dB, bicubic 31.7. What is unlike all that was learnt from, as
 * close-ups of eyes after faces, can come out worse than bicubic.
 */
export const srgan = defineRecipe({
  name: 'srgan',
  description: 'sharper and larger pictures: super-resolution by a residual network (Ledig et al., CVPR 2017)',
  learnsFrom: 'pictures',
  keepsPicture: true,
  control: 'output',
  inputs: { crop: 'face' },
  steps: 1200,
  presets: ['x2', 'x4'],
  options: srganOptions,
  game,
  refine: (play, x, { scale }) => play('generator', shrunk(x, scale)),
  enlarge: ({ scale, blocks }) => ({
    scale,
    reach: reachOf(blocks),
    generate: (play, x) => play('generator', x),
  }),
});
