/** SalGAN: predicts where in a picture attention falls. */

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

/** Predicts the attention map of each picture, as a grey picture. */
function attention(apply: Apply, x: tf.Tensor4D): tf.Tensor4D {
  const map = tf.sub<tf.Tensor4D>(tf.mul(tf.sigmoid(apply('generator', x)), 2), 1);
  return tf.concat([map, map, map], 3);
}

/** The mean of the channels, which is the one value of a grey picture. */
function grey(pictures: tf.Tensor4D): tf.Tensor4D {
  return tf.mean<tf.Tensor4D>(pictures, 3, true);
}

/** The attention map that a grey picture shows, 0 to 1. */
function share(pictures: tf.Tensor4D): tf.Tensor4D {
  return tf.mul(tf.add(grey(pictures), 1), 0.5);
}

/**
 * Pan et al., "SalGAN: Visual Saliency Prediction with Generative Adversarial Networks", 2017 (arXiv 1701.01081): predicts a map of
 * where attention falls in a picture, white on black. It learns from pairs of pictures and maps of the same size, both as RGB bytes. The
 * pairs `gaze-map`, the default, are rendered eyes with their gaze; the pairs `face-box` are frames with the faces that were found in them.
 * Held-out reports have the cross-entropy `bce` of the map, its `correlation` with the true map, and its `divergence` from it.
 */
export const saliency = defineRecipe({
  name: 'saliency',
  description: 'SalGAN: predicts where in a picture attention falls (Pan et al., 2017)',
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
