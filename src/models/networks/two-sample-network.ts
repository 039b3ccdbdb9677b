/** A small patch classifier that takes no part in adversarial learning: it measures, and no other network sees its gradient. */
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { convolution } from './convolution.js';
import { layerStack } from './layer-stack.js';
import type { Network } from './network.js';

/**
 * Two logits a patch of about 18×18 pixels, `[batch, ⌊height / 4⌋, ⌊width / 4⌋, 2]`: above 0 where it takes the patch for refined
 * rather than real (first), for raw synthetic rather than real (second). 4×4 /2, 4×4 /2, 3×3, 1×1, leaky ReLU .2 between; about
 * 19,000 weights. Picture sides of 8 pixels at least.
 */
export function twoSampleNetwork(): Network<Tensor4D> {
  const layers = [
    convolution('conv1', { size: 4, from: 3, to: 16, stride: 2, padding: 1 }),
    convolution('conv2', { size: 4, from: 16, to: 32, stride: 2, padding: 1 }),
    convolution('conv3', { size: 3, from: 32, to: 32, padding: 1 }),
  ];
  const last = convolution('last', { size: 1, from: 32, to: 2, deviation: 0.02 });
  return layerStack(layers, last);
}
