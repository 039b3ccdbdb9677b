/** The options of `srgan`. */
import { integer, number, oneOf } from '../options/kinds.js';
import { option, withOptions } from '../options/option.js';
import { adversarialOptions, pictureSize } from './options/common.js';
import type { ConfigOf } from './options/configure.js';

/** The declarations of the options of `srgan`. */
export const srganOptions = withOptions(adversarialOptions({ batch: 8, learningRate: 5e-4 }), {
  ...pictureSize({ step: 4, least: 24, default: 64 }),
  scale: option({
    is: oneOf(2, 4),
    default: 2,
    presets: { x4: 4 },
    fixed: true,
    help: 'The factor by which width and height are enlarged. The options width and height are those of the enlarged pictures.',
  }),
  content: option({
    is: oneOf('l1', 'l2'),
    default: 'l1',
    help: 'The content loss: mean absolute or mean squared error of a pixel, on pictures in [−1, 1] (Zhao et al., "Loss Functions for Image Restoration with Neural Networks", 2017). The paper\'s other content loss needs a network that was trained elsewhere, which this package does not contain.',
  }),
  adversarial: option({
    is: number(0, 1000),
    default: 0.03,
    help: 'Weight of the objective against the content loss. With a larger weight, grain and edges look more like real ones, and pixels are farther from the true ones. 0 learns from the content alone, which gives the best signal-to-noise ratio; the discriminator then learns only for the report.',
  }),
  pretrain: option({
    is: integer(0, 1e9),
    default: 400,
    help: 'How many steps at the start train only the generator, from the content alone.',
  }),
  filters: option({
    is: integer(1, 1024),
    default: 24,
    presets: { x4: 32 },
    fixed: true,
    help: 'The number of filters of the generator.',
  }),
  blocks: option({
    is: integer(0, 64),
    default: 3,
    presets: { x4: 4 },
    fixed: true,
    help: 'The number of residual blocks of the generator.',
  }),
  discriminatorFilters: option({
    is: integer(1, 1024),
    default: 24,
    fixed: true,
    help: "The number of filters of the discriminator's first layer.",
  }),
});

/** The option values of a `srgan` training. */
export type SrganConfig = ConfigOf<typeof srganOptions>;
