/** SimGAN as a recipe: learning from simulated and unsupervised images through adversarial training. */
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { DefaultedRecord } from '../../options/option.js';
import { openIrisNetwork } from '../../vision/iris-network.js';
import { configureSimgan, parseSimganConfig, SIMGAN_PRESETS, simganOptions } from '../simgan-options.js';
import { AdversarialTraining } from '../training/adversarial-training.js';
import type { Play } from '../training/play.js';
import { generatorWeightsIn } from '../training/restore.js';
import { createRefiner } from '../training/running-generator.js';
import type { RefiningRecipe } from '../types.js';
import { networksOf } from './networks.js';
import { rulesOf } from './rules.js';

export type { SimganConfig, SimganPreset } from '../simgan-options.js';

/**
 * SimGAN (Shrivastava et al., CVPR 2017, arXiv 1612.07828): a refiner learns to make synthetic pictures look real to a patch
 * discriminator, while self-regularisation keeps what they show. Options and presets: {@link SimganConfig}.
 */
export const simgan: RefiningRecipe = {
  name: 'simgan',
  description:
    'SimGAN: refines synthetic pictures toward real ones and keeps what they show (Shrivastava et al., CVPR 2017)',
  presets: SIMGAN_PRESETS,
  options: simganOptions as unknown as DefaultedRecord,
  learnsFrom: 'unpaired',
  keepsPicture: true,
  holds: ['lambda', 'structure', 'irisWeight'],
  // The network that sees eyes does not know faces, and the faster discriminator is there to go with it.
  suiting: (preset, crop) => (preset === 'live' && crop === 'face' ? { irisWeight: 0, discriminatorLrScale: 2 } : {}),
  configure: configureSimgan,
  async createTraining(engine, config, checkpoint) {
    const full = parseSimganConfig(config);
    const iris =
      full.lambda > 0 && full.irisWeight > 0 ? await openIrisNetwork('The option irisWeight of simgan') : undefined;
    try {
      const rules = rulesOf(full, { ...networksOf(full), ...(iris && { iris }) });
      return await AdversarialTraining.create(engine, rules, checkpoint);
    } catch (error) {
      iris?.dispose();
      throw error;
    }
  },
  generatorWeights: (checkpoint) => generatorWeightsIn(checkpoint, ['refiner']),
  createRefiner(engine, config, weights, options) {
    const full = parseSimganConfig(config);
    const parts = {
      networks: { refiner: networksOf(full).R },
      generate: (play: Play, x: Tensor4D) => play('refiner', x),
    };
    return createRefiner(engine, full, parts, weights, options);
  },
};
