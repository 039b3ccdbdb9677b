/** The options of `dcgan`. */
import { integer, oneOf } from '../options/kinds.js';
import { option, withOptions } from '../options/option.js';
import { adversarialOptions, noiseSize, pictureSize } from './options/common.js';
import type { ConfigOf } from './options/configure.js';

/** The declarations of the options of `dcgan`. */
export const dcganOptions = withOptions(adversarialOptions({ batch: 32, learningRate: 5e-4, emaDecay: 0.995 }), {
  ...pictureSize({ step: 2, least: 8, default: 64, presets: { digits: 28 } }),
  noiseSize,
  filters: option({
    is: integer(1, 1024),
    default: 16,
    presets: { digits: 24 },
    fixed: true,
    help: 'Filters of both networks at half the size. Smaller sizes have two, three and four times as many.',
  }),
  channels: option({
    is: oneOf(1, 3),
    default: 3,
    presets: { digits: 1 },
    fixed: true,
    help: 'How many channels are learnt: 1 for grey pictures, 3 for colour.',
  }),
});

/** The option values of a `dcgan` training. */
export type DcganConfig = ConfigOf<typeof dcganOptions>;
