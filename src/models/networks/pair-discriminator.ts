/** A discriminator of pairs, which consist of a picture and the picture that was generated from it. */
import { convolution } from './convolution.js';
import { layerStack } from './layer-stack.js';
import type { DiscriminatorNetwork } from './network.js';

/**
 * A conditional patch discriminator, which sees both pictures as one of `channels` channels (Mirza and Osindero, "Conditional Generative
 * Adversarial Nets", 2014). It has three 4×4 /2 convolutions, a 3×3 and a 1×1 convolution, which gives logits at an eighth of the size; each
 * logit sees 38×38 pixels. It has no batch norm, because a gradient penalty needs the slope of each picture alone. The first layer has
 * `filters` filters, the next have two and four times as many.
 */
export function pairDiscriminator(options: {
  readonly filters: number;
  readonly channels: number;
}): DiscriminatorNetwork {
  const { filters, channels } = options;
  const layers = [
    convolution('conv1', { size: 4, from: channels, to: filters, stride: 2, padding: 1 }),
    convolution('conv2', { size: 4, from: filters, to: 2 * filters, stride: 2, padding: 1 }),
    convolution('conv3', { size: 4, from: 2 * filters, to: 4 * filters, stride: 2, padding: 1 }),
    convolution('conv4', { size: 3, from: 4 * filters, to: 4 * filters, padding: 1 }),
  ];
  const last = convolution('last', { size: 1, from: 4 * filters, to: 1, deviation: 0.1 / Math.sqrt(4 * filters) });
  return layerStack(layers, last);
}
