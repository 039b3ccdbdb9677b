/** Super-resolution: a generator enlarges pictures, a discriminator compares the enlarged pictures with sharp ones. */

import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../engine/types.js';
import { meanDistance, peakSignalToNoise, structuralSimilarity } from './losses/likeness.js';
import { enlarged, shrunk } from './networks/bicubic.js';
import { liveDiscriminator } from './networks/live.js';
import { reachOf, superResolution } from './networks/super-resolution.js';
import { type SrganConfig, srganOptions } from './srgan-options.js';
import { adversarialDefinition } from './training/adversarial-definition.js';
import type { Apply } from './training/apply.js';
import { defineRecipe } from './training/define-recipe.js';
import { picturesInput, type TrainingDefinition, type Update, yOf } from './training/definition.js';

/** Detail has about an eighth of the picture's contrast; the discriminator gets it multiplied by this. */
const DETAIL = 8;

function training(config: SrganConfig): TrainingDefinition {
  const { scale, filters, blocks, adversarial: weight } = config;
  const small = (inputs: Tensors) => shrunk(yOf(inputs), scale);
  const generate = (apply: Apply, inputs: Tensors) => apply('generator', small(inputs));
  const bicubic = (inputs: Tensors) => enlarged(small(inputs), scale);
  const content = (generated: tf.Tensor4D, inputs: Tensors) => {
    const loss =
      config.content === 'l1'
        ? meanDistance(generated, yOf(inputs))
        : tf.mean<tf.Scalar>(tf.squaredDifference(generated, yOf(inputs)));
    return { loss, losses: { content: loss }, measures: { psnr: peakSignalToNoise(generated, yOf(inputs)) } };
  };
  const definition = adversarialDefinition(config, {
    generator: superResolution({ scale, filters, blocks }),
    discriminator: liveDiscriminator({ filters: config.discriminatorFilters, channels: 6 }),
    generate,
    discriminate(apply, pictures, inputs) {
      const detail = tf.mul(tf.sub(pictures, bicubic(inputs)), DETAIL);
      return apply('discriminator', tf.concat([pictures, detail], 3));
    },
    weight,
    content,
    control: bicubic,
    measures: (generated, inputs) => ({
      psnr: peakSignalToNoise(generated, yOf(inputs)),
      'psnr-bicubic': peakSignalToNoise(bicubic(inputs), yOf(inputs)),
      ssim: structuralSimilarity(generated, yOf(inputs)),
      'ssim-bicubic': structuralSimilarity(bicubic(inputs), yOf(inputs)),
    }),
  });
  const contentAlone: Update = {
    name: 'generator',
    networks: ['generator'],
    inputs: { y: picturesInput('real', config, config.batch) },
    loss: (apply, inputs) => content(generate(apply, inputs), inputs),
  };
  return {
    ...definition,
    updates: { ...definition.updates, contentAlone },
    schedule: {
      pretraining: [{ phase: 'pretrain', steps: config.pretrain, update: 'contentAlone' }],
      generator: weight === 0 ? 'contentAlone' : 'generator',
      discriminator: 'discriminator',
    },
  };
}

/**
 * Ledig et al., "Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network", CVPR 2017, small enough to
 * learn beside a video. It learns from sharp pictures `[batch, height, width, 3]`. Each is reduced to the means of its squares of
 * `scale`×`scale` pixels, rounded to bytes, and the generator restores it (`superResolution`). Live refinement also reduces its input first,
 * so that the picture shows what is restored; `irisflow refine --crop none` enlarges whole pictures of any size instead. The control is
 * bicubic enlargement, which is also what the generator starts with. Held-out measures are `psnr`, `ssim`, `psnr-bicubic` and
 * `ssim-bicubic`.
 *
 * Unlike in the paper, the generator has no batch norm (as EDSR) and works at the small size throughout (as ESPCN), the content loss
 * compares pixels, and the discriminator sees patches of 18×18 pixels together with the detail that bicubic enlargement lacks.
 */
export const srgan = defineRecipe({
  name: 'srgan',
  description: 'sharper and larger pictures: super-resolution by a residual network (Ledig et al., CVPR 2017)',
  learnsFrom: 'pictures',
  keepsPicture: true,
  control: 'baseline',
  inputs: { crop: 'face' },
  steps: 1200,
  presets: ['x2', 'x4'],
  options: srganOptions,
  training,
  refine: (apply, x, { scale }) => apply('generator', shrunk(x, scale)),
  enlarge: ({ scale, blocks }) => ({
    scale,
    reach: reachOf(blocks),
    generate: (apply, x) => apply('generator', x),
  }),
});
