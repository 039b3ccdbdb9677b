/** Super-resolution: a generator enlarges pictures, a discriminator compares the enlarged pictures with sharp ones. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../engine/types.js';
import { meanDistance, peakSignalToNoise, structuralSimilarity } from './losses/likeness.js';
import { enlarged, shrunk } from './networks/bicubic.js';
import { liveDiscriminator } from './networks/live.js';
import { reachOf, superResolution } from './networks/super-resolution.js';
import { adversarialDefinition } from './training/adversarial-definition.js';
import type { Apply } from './training/apply.js';
import { type AdversarialConfig, integer, number, oneOf, side } from './training/config.js';
import { defineRecipe } from './training/define-recipe.js';
import { picturesInput, type TrainingDefinition, type Update, yOf } from './training/definition.js';

/** Options of `srgan`. `width` and `height` are those of the enlarged pictures: multiples of 4 from 24. Default 64. */
export interface SrganConfig extends AdversarialConfig {
  /** How many times as wide and high pictures become: 2 (`x2`) or 4 (`x4`). */
  readonly scale: 2 | 4;
  /**
   * `l1` or `l2`: mean absolute or squared error of a pixel, on pictures in [−1, 1]. Default `l1` (Zhao et al., "Loss Functions for
   * Image Restoration with Neural Networks", 2017). The paper's other content loss needs a network that somebody else has trained.
   */
  readonly content: 'l1' | 'l2';
  /**
   * Weight of the objective against the content loss, 0 to 1000. The larger it is, the more grain and edges look like real ones, and the
   * farther pixels are from the true ones. 0: content alone, for the best signal-to-noise ratio; the discriminator then learns
   * for what it reports. Default: 0.03.
   */
  readonly adversarial: number;
  /** First steps in which the generator learns from the content alone. Default 400. */
  readonly pretrain: number;
  /** Maps of the generator. Default: `x2` 24, `x4` 32. */
  readonly maps: number;
  /** Residual blocks of the generator, 0 to 64. Default: `x2` 3, `x4` 4. */
  readonly blocks: number;
  /** Maps of the discriminator's first layer. Default 24. */
  readonly discriminatorMaps: number;
}

/** Detail is so much fainter than the picture: it is made as strong for the discriminator. */
const DETAIL = 8;

function training(config: SrganConfig): TrainingDefinition {
  const { scale, maps, blocks, adversarial: weight } = config;
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
    generator: superResolution({ scale, maps, blocks }),
    discriminator: liveDiscriminator({ maps: config.discriminatorMaps, channels: 6 }),
    generate,
    judge(apply, pictures, inputs) {
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

const common = {
  width: 64,
  height: 64,
  batch: 8,
  learningRate: 5e-4,
  content: 'l1',
  discriminatorMaps: 24,
} as const satisfies Partial<SrganConfig>;

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
 */
export const srgan = defineRecipe<SrganConfig>({
  name: 'srgan',
  description: 'sharper and larger pictures: super-resolution by a residual network (Ledig et al., CVPR 2017)',
  learnsFrom: 'pictures',
  keepsPicture: true,
  control: 'baseline',
  inputs: { crop: 'face' },
  steps: 1200,
  presets: {
    x2: { ...common, scale: 2, maps: 24, blocks: 3, adversarial: 0.03, pretrain: 400 },
    x4: { ...common, scale: 4, maps: 32, blocks: 4, adversarial: 0.03, pretrain: 400 },
  },
  checks: {
    width: side(4, 24),
    height: side(4, 24),
    scale: (value) => (value === 2 || value === 4 ? undefined : '2 or 4'),
    content: oneOf('l1', 'l2'),
    adversarial: number(0, 1000),
    pretrain: integer(0, 1e9),
    maps: integer(1, 1024),
    blocks: integer(0, 64),
    discriminatorMaps: integer(1, 1024),
  },
  fixed: ['scale', 'maps', 'blocks', 'discriminatorMaps'],
  training,
  refine: (apply, x, { scale }) => apply('generator', shrunk(x, scale)),
  enlarge: ({ scale, blocks }) => ({
    scale,
    reach: reachOf(blocks),
    generate: (apply, x) => apply('generator', x),
  }),
});
