/** Pictures of pictures, learnt from pairs. */
import * as tf from '@tensorflow/tfjs-core';
import { meanDistance, sharpness, structuralSimilarity } from './losses/likeness.js';
import { patchDiscriminator } from './networks/patch-discriminator.js';
import { UNET_STEP, unet } from './networks/unet.js';
import { adversarialDefinition } from './training/adversarial-definition.js';
import { type AdversarialConfig, integer, number, side } from './training/config.js';
import { defineRecipe } from './training/define-recipe.js';
import { picturesInput, type TrainingDefinition, xOf, yOf } from './training/definition.js';

/** Options of `pix2pix`. */
export interface Pix2pixConfig extends AdversarialConfig {
  /**
   * Weight of the mean distance |G(x) − y| of pictures in [−1, 1], 0 to 10,000. Default 50. The paper has 100, on the same scale: its
   * formula is a sum, what its authors weigh is the mean, as here.
   */
  readonly l1: number;
  /** Weight of the adversarial loss in the generator's, 0 to 100. Default 1; 0 learns by the distance alone, for comparison. */
  readonly adversarial: number;
  /**
   * Share of the maps of the innermost decoder layer that a training step drops, 0 to 0.9: the paper's noise (0.5 there), which its
   * generator learns to ignore. Inference drops none. Default 0.
   */
  readonly dropout: number;
  /** Maps of the first layer of either network, 1 to 256. Default 24; the paper has 64. */
  readonly maps: number;
}

function training(config: Pix2pixConfig): TrainingDefinition {
  const { batch, width, height, maps, dropout, l1, adversarial } = config;
  const generator = unet({ width, height, maps, dropout });
  return adversarialDefinition(config, {
    generator,
    discriminator: patchDiscriminator({ width, height, maps, channels: 6 }),
    inputs: (count) => ({ x: picturesInput('synthetic', config, count) }),
    trainingInputs:
      dropout > 0 ? { dropped: { shape: [batch, generator.dropoutUnits as number], from: { dropout } } } : {},
    generate: (apply, inputs) => apply('generator', xOf(inputs), inputs.dropped),
    judge: (apply, pictures, inputs) => apply('discriminator', tf.concat([xOf(inputs), pictures], 3)),
    weight: adversarial,
    content(generated, inputs) {
      const distance = meanDistance(generated, yOf(inputs));
      return { loss: tf.mul(distance, l1), losses: { l1: distance } };
    },
    measures: (generated, inputs) => ({
      l1: meanDistance(generated, yOf(inputs)),
      ssim: structuralSimilarity(generated, yOf(inputs)),
      sharpness: sharpness(generated, yOf(inputs)),
    }),
  });
}

/**
 * Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks", CVPR 2017: learns from pairs what to make of a
 * picture. A U-Net is to come near the target, by the mean distance, and to look real beside its input, by a discriminator of
 * patches that sees both: 70×70 of 256×256 in the paper, 18×18 of 64×64 here. Pictures have sides that are multiples of 8.
 *
 * Measures on held-out pairs: `l1`, the mean distance (0 to 2); `ssim`, structural similarity; `sharpness`, the mean gradient as a
 * share of the targets'.
 */
export const pix2pix = defineRecipe<Pix2pixConfig>({
  name: 'pix2pix',
  description: 'pictures of pictures, learnt from pairs: edges to eyes, grey to colour (Isola et al., CVPR 2017)',
  learnsFrom: 'pairs',
  keepsPicture: false,
  control: 'inputs',
  holds: ['l1'],
  steps: 2000,
  presets: {
    live: {
      ...{ width: 64, height: 64, batch: 4, maps: 24, learningRate: 5e-4, discriminatorPace: 2 },
      ...{ l1: 50, adversarial: 1, dropout: 0, clipNorm: 1000 },
    },
  },
  checks: {
    width: side(UNET_STEP, 16),
    height: side(UNET_STEP, 16),
    l1: number(0, 1e4),
    adversarial: number(0, 100),
    dropout: number(0, 0.9),
    maps: integer(1, 256),
  },
  fixed: ['maps'],
  training,
  refine: (apply, pictures) => apply('generator', pictures),
});
