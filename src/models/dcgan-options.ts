/** The options of `dcgan`. */
import { integer, oneOf } from '../options/kinds.js';
import { option, withOptions } from '../options/option.js';
import { adversarialOptions, pictureSize } from './options/common.js';
import type { ConfigOf } from './options/configure.js';

export const dcganOptions = withOptions(adversarialOptions({ batch: 32, learningRate: 5e-4, emaDecay: 0.995 }), {
  ...pictureSize({ step: 2, least: 8, default: 64, presets: { digits: 28 } }),
  noiseSize: option({
    is: integer(1, 4096),
    default: 64,
    fixed: true,
    help: 'The length of the noise vector that a picture is generated from.',
  }),
  filters: option({
    is: integer(1, 1024),
    default: 16,
    presets: { digits: 24 },
    fixed: true,
    help: 'The number of filters of both networks at half the size. Layers of smaller sizes have two, three and four times as many.',
  }),
  channels: option({
    is: oneOf(1, 3),
    default: 3,
    presets: { digits: 1 },
    fixed: true,
    help: 'The number of channels: 1 for grey pictures, 3 for colour.',
  }),
});

/** Options of `dcgan`. */
export type DcganConfig = ConfigOf<typeof dcganOptions>;
