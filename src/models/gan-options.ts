/** The options of `gan`. */
import { integer, number, oneOf } from '../options/kinds.js';
import { option, withOptions } from '../options/option.js';
import { adversarialOptions, noiseSize, pictureSize } from './options/common.js';
import type { ConfigOf } from './options/configure.js';

/** The declarations of the options of `gan`. */
export const ganOptions = withOptions(adversarialOptions({ batch: 64, learningRate: 3e-4, emaDecay: 0.998 }), {
  ...pictureSize({ step: 1, least: 8, default: 28 }),
  noiseSize,
  units: option({
    is: integer(1, 4096),
    default: 512,
    fixed: true,
    help: 'The number of units in each of the two hidden layers of both networks.',
  }),
  dropout: option({
    is: number(0, 0.9),
    default: 0.3,
    help: "The dropout rate of the discriminator's hidden units during training.",
  }),
  channels: option({
    is: oneOf(1, 3),
    default: 1,
    fixed: true,
    help: 'How many channels are learnt: 1 for grey pictures, 3 for colour.',
  }),
});

/** The option values of a `gan` training. */
export type GanConfig = ConfigOf<typeof ganOptions>;
