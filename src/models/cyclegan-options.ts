/** The options of `cyclegan`. */
import { integer, number, oneOf } from '../options/kinds.js';
import { option, withOptions } from '../options/option.js';
import { TRANSLATOR_STEP } from './networks/translator.js';
import { adversarialOptions, historyFits, pictureSize } from './options/common.js';
import type { ConfigOf } from './options/configure.js';

export const cycleganOptions = withOptions(
  adversarialOptions({
    batch: 8,
    objective: 'least-squares',
    clipNorm: 100,
    learningRate: 5e-4,
    discriminatorLrScale: 2,
  }),
  {
    ...pictureSize({ step: TRANSLATOR_STEP, least: 24, default: 64 }),
    direction: option({
      is: oneOf('to-real', 'to-synthetic'),
      default: 'to-real',
      help: 'The generator that refines and is measured: to-real translates synthetic pictures to real ones, to-synthetic real ones to synthetic ones. Both are always trained, so this may change when a run is continued.',
    }),
    cycle: option({
      is: number(0, 1e6),
      default: 10,
      help: 'The weight of the cycle-consistency loss, mean |F(G(x)) − x| + |G(F(y)) − y| on pictures in [−1, 1]. The default is 10 as in the paper. The labels of the least-squares objective are −1 and 1 here and 0 and 1 in the paper, so the adversarial loss weighs twice as much here.',
    }),
    identity: option({
      is: number(0, 1e6),
      default: 5,
      help: 'The weight of the identity loss, mean |G(y) − y| + |F(x) − x|: a picture that already is of the target kind should not change. The default is 5 as in the paper.',
    }),
    historySize: option({
      is: integer(0, 1_000_000),
      default: 50,
      fixed: true,
      help: 'The number of generated pictures in the history of each discriminator. Half of the generated pictures in its batches are taken from the history, and the same number of new pictures replaces random ones of the history. The paper decides this at random for each picture, with the same expected share. 0 keeps none; otherwise it is at least half a batch. The default is 50 as in the paper.',
      fits: historyFits,
    }),
    generatorFilters: option({
      is: integer(1, 512),
      default: 32,
      fixed: true,
      help: 'The number of filters of each generator at a quarter of the size.',
    }),
    generatorBlocks: option({
      is: integer(0, 64),
      default: 2,
      fixed: true,
      help: 'The number of residual blocks of each generator.',
    }),
    discriminatorFilters: option({
      is: integer(1, 512),
      default: 24,
      fixed: true,
      help: "The number of filters of each discriminator's first layer.",
    }),
  },
);

/** Options of `cyclegan`. */
export type CycleganConfig = ConfigOf<typeof cycleganOptions>;
