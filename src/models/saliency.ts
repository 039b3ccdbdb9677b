/** SalGAN: a picture to a map of where attention falls. */

import * as tf from '@tensorflow/tfjs-core';
import { binaryCrossEntropy, correlation, divergence } from './losses/saliency.js';
import { attentionNetwork } from './networks/attention.js';
import { pairDiscriminator } from './networks/pair-discriminator.js';
import { type SaliencyConfig, saliencyOptions } from './saliency-options.js';
import { adversarialDefinition } from './training/adversarial-definition.js';
import type { Apply } from './training/apply.js';
import { defineRecipe } from './training/define-recipe.js';
import { picturesInput, type TrainingDefinition, xOf, yOf } from './training/definition.js';

function training(config: SaliencyConfig): TrainingDefinition {
  const { filters, discriminatorFilters, bce, adversarial } = config;
  return adversarialDefinition(config, {
    generator: attentionNetwork({ filters }),
    discriminator: pairDiscriminator({ filters: discriminatorFilters, channels: 4 }),
    inputs: (count) => ({ x: picturesInput('synthetic', config, count) }),
    generate: (apply, inputs) => attention(apply, xOf(inputs)),
    discriminate: (apply, pictures, inputs) => apply('discriminator', tf.concat([xOf(inputs), grey(pictures)], 3)),
    weight: adversarial,
    content(generated, inputs) {
      const loss = binaryCrossEntropy(share(generated), share(yOf(inputs)));
      return { loss: tf.mul(loss, bce), losses: { bce: loss } };
    },
    measures(generated, inputs) {
      const [map, target] = [share(generated), share(yOf(inputs))];
      return {
        bce: binaryCrossEntropy(map, target),
        correlation: correlation(map, target),
        divergence: divergence(map, target),
      };
    },
  });
}

/** The map of a picture, as a grey picture. */
function attention(apply: Apply, x: tf.Tensor4D): tf.Tensor4D {
  const map = tf.sub<tf.Tensor4D>(tf.mul(tf.sigmoid(apply('generator', x)), 2), 1);
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
 */
export const saliency = defineRecipe({
  name: 'saliency',
  description: 'SalGAN: a picture to a map of where attention falls (Pan et al., 2017)',
  learnsFrom: 'pairs',
  keepsPicture: false,
  control: 'inputs',
  inputs: { real: 'renderer', crop: 'none', pairs: 'gaze-map' },
  holds: ['bce'],
  steps: 1300,
  presets: ['live'],
  options: saliencyOptions,
  training,
  refine: (apply, x) => attention(apply, x),
});
