/** The options of `cyclegan`. */
import { integer, number, oneOf } from '../options/kinds.js';
import { option, withOptions } from '../options/option.js';
import { TRANSLATOR_STEP } from './networks/translator.js';
import { adversarialOptions, historyFits, pictureSize } from './options/common.js';
import type { ConfigOf } from './options/configure.js';

/** The declarations of the options of `cyclegan`. */
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
      help: 'Which generator refines and is measured: the one that translates synthetic pictures to real ones, or the other one. Both always learn, so the direction may change when a run goes on.',
    }),
    cycle: option({
      is: number(0, 1e6),
      default: 10,
      help: "Weight of the cycle loss, mean |F(G(x)) − x| + |G(F(y)) − y| on pictures in [−1, 1]. 10 as in the paper. The paper's least-squares objective has the labels 0 and 1; the one here has −1 and 1, which weighs twice as much.",
    }),
    identity: option({
      is: number(0, 1e6),
      default: 5,
      help: 'Weight of the identity loss, mean |G(y) − y| + |F(x) − x|: pictures of the target kind must stay as they are. 5 as in the paper.',
    }),
    historySize: option({
      is: integer(0, 1_000_000),
      default: 50,
      fixed: true,
      help: 'How many pictures the history of each discriminator keeps. Half of the generated pictures in its batches come from the history, and as many new ones replace pictures in it. The paper decides at random for each picture, with the same share on average. 0 keeps none; other values must be at least half a batch. 50 as in the paper.',
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

/** The option values of a `cyclegan` training. */
export type CycleganConfig = ConfigOf<typeof cycleganOptions>;
