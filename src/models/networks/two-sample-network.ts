/** The network of the two-sample classifier, a small patch classifier that takes no part in adversarial learning. */
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { convolution } from './convolution.js';
import { layerStack } from './layer-stack.js';
import type { Network } from './network.js';

/**
 * Gives two logits for each patch of about 18×18 pixels, `[batch, ⌊height / 4⌋, ⌊width / 4⌋, 2]`. The first is above 0 for refined and below 0
 * for real, the second above 0 for raw synthetic and below 0 for real. The convolutions are 4×4 /2, 4×4 /2, 3×3 and 1×1 with leaky ReLU of
 * slope 0.2 between them, about 19,000 weights. Sides must be at least 8 pixels.
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
