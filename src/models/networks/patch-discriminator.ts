/** PatchGAN, a discriminator that gives a logit for each patch of a picture. */
import { convolution } from './convolution.js';
import { layerStack } from './layer-stack.js';
import type { DiscriminatorNetwork } from './network.js';

/** No layer has more than this many times the filters of the first. */
const MOST_TIMES = 4;

/** Options of {@link patchDiscriminator}. */
export interface PatchDiscriminatorOptions {
  readonly width: number;
  readonly height: number;
  /** Filters of the first layer. */
  readonly filters: number;
  /** Channels of its input; more than 3 where it gets other pictures besides. Default 3. */
  readonly channels?: number;
}

/**
 * The discriminator of pix2pix (Isola et al., CVPR 2017), with patches that scale with the picture: 18×18 of 64×64 pixels, 38×38 of 128×128,
 * and 78×78 of 256×256 (70×70 in the paper). It has 4×4 convolutions of stride 2 with `filters`, 2·, 4· and 4·`filters` filters, as many as
 * that takes, then a 3×3 and a 1×1 convolution, with leaky ReLU of slope 0.2 between them. It has no batch norm, which a gradient penalty
 * does not allow, and no padding, because both networks would otherwise exploit the border.
 */
export function patchDiscriminator({
  width,
  height,
  filters,
  channels = 3,
}: PatchDiscriminatorOptions): DiscriminatorNetwork {
  const strides = Math.max(1, Math.min(4, Math.round(Math.log2(Math.min(width, height) / 16))));
  const widths = Array.from({ length: strides }, (_, i) => filters * Math.min(MOST_TIMES, 2 ** i));
  const most = widths.at(-1) as number;
  const layers = [
    ...widths.map((to, i) => convolution(`conv${i}`, { size: 4, from: widths[i - 1] ?? channels, to, stride: 2 })),
    convolution('wide', { size: 3, from: most, to: most }),
  ];
  const last = convolution('last', { size: 1, from: most, to: 1, deviation: 0.1 / Math.sqrt(most) });
  return layerStack(layers, last);
}
