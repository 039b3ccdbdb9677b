/** The refiner R and the discriminator D of each SimGAN preset. */

import { autoencoderDiscriminator, autoencoderRefiner } from './networks/dcgan-autoencoder.js';
import { liveDiscriminator, liveRefiner } from './networks/live.js';
import type { DiscriminatorNetwork, RefinerNetwork } from './networks/network.js';
import { paperDiscriminator, paperHandsDiscriminator, paperRefiner } from './networks/paper.js';
import type { SimganConfig } from './simgan-options.js';
import type { TrainedNetwork } from './training/definition.js';

/** The networks of a configuration, without weights. */
export function simganNetworks(config: SimganConfig): Readonly<Record<'refiner' | 'discriminator', TrainedNetwork>> {
  const { R, D } = networksOf(config);
  return { refiner: { role: 'generator', network: R }, discriminator: { role: 'discriminator', network: D } };
}

function networksOf(config: SimganConfig): { readonly R: RefinerNetwork; readonly D: DiscriminatorNetwork } {
  const { width, height } = config;
  const refiner = { filters: config.refinerFilters, blocks: config.refinerBlocks };
  const discriminator = { filters: config.discriminatorFilters };
  switch (config.preset) {
    case 'live':
      return { R: liveRefiner(refiner), D: liveDiscriminator(discriminator) };
    case 'paper':
      return { R: paperRefiner(refiner), D: paperDiscriminator(discriminator) };
    case 'paper-hands':
      return { R: paperRefiner({ ...refiner, first: 7 }), D: paperHandsDiscriminator(discriminator) };
    case 'dcgan-autoencoder':
      return { R: autoencoderRefiner(refiner), D: autoencoderDiscriminator({ ...discriminator, width, height }) };
  }
}
