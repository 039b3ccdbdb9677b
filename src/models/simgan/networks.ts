/** The pair of networks that a SimGAN configuration asks for. */
import type { IrisNetwork } from '../../vision/iris-network.js';
import { liveDiscriminator, liveRefiner } from '../networks/live.js';
import type { DiscriminatorNetwork, RefinerNetwork } from '../networks/network.js';
import { paperDiscriminator, paperHandsDiscriminator, paperRefiner } from '../networks/paper.js';
import { seedDiscriminator, seedRefiner } from '../networks/seed.js';
import { spectrallyNormalised } from '../networks/spectral-norm.js';
import type { SimganConfig } from '../simgan-options.js';

/** A refiner and the discriminator that it learns against, by the paper's names. */
export interface Networks {
  readonly R: RefinerNetwork;
  readonly D: DiscriminatorNetwork;
  /** What it sees is compared (`eyeLoss`) where it is there. */
  readonly iris?: IrisNetwork;
}

/** Builds them; no weights yet. */
export function networksOf(config: SimganConfig): Networks {
  const { R, D } = plainNetworks(config);
  return { R, D: config.spectralNorm ? spectrallyNormalised(D) : D };
}

function plainNetworks(config: SimganConfig): Pick<Networks, 'R' | 'D'> {
  const { width, height } = config;
  const refiner = { maps: config.refinerFilters, blocks: config.refinerBlocks };
  const discriminator = { maps: config.discriminatorFilters };
  switch (config.preset) {
    case 'live':
      return { R: liveRefiner(refiner), D: liveDiscriminator(discriminator) };
    case 'paper':
      return { R: paperRefiner(refiner), D: paperDiscriminator(discriminator) };
    case 'paper-hands':
      return { R: paperRefiner({ ...refiner, first: 7 }), D: paperHandsDiscriminator(discriminator) };
    case 'dcgan-autoencoder':
      return { R: seedRefiner(refiner), D: seedDiscriminator({ ...discriminator, width, height }) };
  }
}
