/** TP-GAN in a live-sized form: an eye or a face seen from the side to the same seen from the front. */
import * as tf from '@tensorflow/tfjs-core';
import { asymmetry, multiScaleDistance, variation } from './losses/frontal.js';
import { meanDistance, peakSignalToNoise, sharpness } from './losses/likeness.js';
import { FRONTAL_STEP, frontalNetwork } from './networks/frontal.js';
import { pairDiscriminator } from './networks/pair-discriminator.js';
import { adversarialDefinition } from './training/adversarial-definition.js';
import { type AdversarialConfig, integer, number, side } from './training/config.js';
import { defineRecipe } from './training/define-recipe.js';
import { picturesInput, type TrainingDefinition, xOf, yOf } from './training/definition.js';

/** Options of `frontalise`. */
export interface FrontaliseConfig extends AdversarialConfig {
  /** Weight of the distance from the target, at three scales (see `multiScaleDistance`). 0 to 1000, default 10. */
  readonly l1: number;
  /**
   * Weight of what is not symmetric in the generated picture. 0 to 1000. The paper has 0.3 of the distance's: 3 in the preset `faces`. Default
   * 0, as eyes are not symmetric.
   */
  readonly symmetry: number;
  /** Weight of the differences between neighbouring pixels. 0 to 1000, default 0.001: the paper's 10⁻⁴ of the distance's. */
  readonly variation: number;
  /** Weight of the objective. 0 to 1000, default 0.05. The paper has 10⁻³ of the distance's. 0: the distance alone. */
  readonly adversarial: number;
  /** Feature maps of the generator at half the size. 1 to 256, default 16. */
  readonly maps: number;
  /** Residual blocks of the generator, at an eighth of the size. 0 to 16, default 2. */
  readonly blocks: number;
  /** Feature maps of the discriminator's first layer. 1 to 256, default 16. */
  readonly discriminatorMaps: number;
}

function training(config: FrontaliseConfig): TrainingDefinition {
  const { maps, blocks, discriminatorMaps, adversarial } = config;
  return adversarialDefinition(config, {
    generator: frontalNetwork({ maps, blocks }),
    discriminator: pairDiscriminator({ maps: discriminatorMaps, channels: 6 }),
    inputs: (count) => ({ x: picturesInput('synthetic', config, count) }),
    generate: (apply, inputs) => apply('generator', xOf(inputs)),
    judge: (apply, pictures, inputs) => apply('discriminator', tf.concat([xOf(inputs), pictures], 3)),
    weight: adversarial,
    content: (generated, inputs) => contentLoss(generated, yOf(inputs), config),
    measures(generated, inputs) {
      const [from, to] = [xOf(inputs), yOf(inputs)];
      return {
        l1: meanDistance(generated, to),
        'l1-input': meanDistance(from, to),
        psnr: peakSignalToNoise(generated, to),
        'psnr-input': peakSignalToNoise(from, to),
        sharpness: sharpness(generated, to),
      };
    },
  });
}

/** What the generator minimises besides the objective; a loss of weight 0 is not computed. */
function contentLoss(generated: tf.Tensor4D, target: tf.Tensor4D, config: FrontaliseConfig) {
  const parts = {
    l1: () => multiScaleDistance(generated, target),
    symmetry: () => asymmetry(generated),
    variation: () => variation(generated),
  };
  const losses: Record<string, tf.Scalar> = {};
  let loss: tf.Scalar = tf.scalar(0);
  for (const [name, of] of Object.entries(parts) as [keyof typeof parts, () => tf.Scalar][]) {
    if (config[name] === 0) continue;
    const value = of();
    losses[name] = value;
    loss = tf.add(loss, tf.mul(value, config[name]));
  }
  return { loss, losses };
}

const EYES = {
  width: 64,
  height: 64,
  batch: 8,
  learningRate: 1e-3,
  l1: 10,
  symmetry: 0,
  variation: 0.001,
  adversarial: 0.05,
  maps: 16,
  blocks: 2,
  discriminatorMaps: 16,
};

/**
 * Huang et al., "Beyond Face Rotation: Global and Local Perception GAN for Photorealistic and Identity Preserving Frontal View
 * Synthesis", ICCV 2017 (TP-GAN), in a live-sized form: one path instead of a global one and four local ones, a flow where theirs paints
 * all (see `frontalNetwork`), and no network for identity. Learns from pairs of a picture from the side and its front: the preset `eyes`
 * from the renderer, which knows both (`fromEyes` with `front`), `faces` from two folders of pictures. The held-out report has the
 * distance `l1` and the `psnr` from the true front, both also of the input (`l1-input`, `psnr-input`: what copying it would give), and
 * `sharpness` as a share of the true one's.
 */
export const frontalise = defineRecipe<FrontaliseConfig>({
  name: 'frontalise',
  description: 'TP-GAN, live-sized: an eye or face seen from the side to its front (Huang et al., ICCV 2017)',
  learnsFrom: 'pairs',
  keepsPicture: false,
  control: 'inputs',
  inputs: { real: 'eyes', crop: 'none', pairs: 'given' },
  holds: ['l1'],
  steps: 1500,
  presets: { eyes: EYES, faces: { ...EYES, symmetry: 3 } },
  checks: {
    width: side(FRONTAL_STEP, 16),
    height: side(FRONTAL_STEP, 16),
    l1: number(0, 1000),
    symmetry: number(0, 1000),
    variation: number(0, 1000),
    adversarial: number(0, 1000),
    maps: integer(1, 256),
    blocks: integer(0, 16),
    discriminatorMaps: integer(1, 256),
  },
  fixed: ['maps', 'blocks', 'discriminatorMaps'],
  training,
  refine: (apply, x) => apply('generator', x),
});
