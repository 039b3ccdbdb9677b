/** SimGAN as a recipe: learning from simulated and unsupervised images through adversarial training. */
import type { Recipe } from '../../types.js';
import { configureSimgan, parseSimganConfig, SIMGAN_PRESETS } from './config.js';
import { networksOf } from './networks.js';
import { SimganRefiner } from './refiner.js';
import { refinerWeightsOf } from './restore.js';
import { SimganTraining } from './training.js';

export type { SimganConfig, SimganPreset } from './config.js';

/**
 * SimGAN (Shrivastava et al., CVPR 2017, arXiv 1612.07828): a refiner learns to make synthetic pictures look real to a patch
 * discriminator, while self-regularisation keeps what they show. Options and presets: {@link SimganConfig}.
 */
export const simgan: Recipe = {
  name: 'simgan',
  description:
    'SimGAN: refines synthetic pictures toward real ones and keeps what they show (Shrivastava et al., CVPR 2017)',
  presets: SIMGAN_PRESETS,
  configure: configureSimgan,
  async createTraining(engine, config, checkpoint) {
    const full = parseSimganConfig(config);
    return SimganTraining.create(engine, networksOf(full), full, checkpoint);
  },
  refinerWeights: refinerWeightsOf,
  async createRefiner(engine, config, weights, options) {
    const full = parseSimganConfig(config);
    return SimganRefiner.create(engine, networksOf(full).R, full, weights, options);
  },
};
