/** PatchGAN: a discriminator that judges every patch of a picture by itself. */
import { convolution } from './convolution.js';
import { layerStack } from './layer-stack.js';
import type { DiscriminatorNetwork } from './network.js';

/** Layers have no more than this times the first one's maps. */
const MOST_TIMES = 4;

/** Options of {@link patchDiscriminator}. */
export interface PatchDiscriminatorOptions {
  readonly width: number;
  readonly height: number;
  /** Maps of the first layer. */
  readonly filters: number;
  /** Channels of what it judges; more than 3 where it is given something besides the picture. Default 3. */
  readonly channels?: number;
}

/**
 * The discriminator of pix2pix (Isola et al., CVPR 2017), whose patches of 70×70 in 256×256 shrink with the picture: 4×4 convolutions of
 * stride 2 (`maps`, 2·, 4·, 4· `maps`), as many as bring a patch to 18×18 of 64×64, 38×38 of 128×128, 78×78 of 256×256, then
 * 3×3, 1×1; leaky ReLU .2 between. No norm, as gradient penalties do not go with it, and no padding: with it, both networks
 * would make use of the border.
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
