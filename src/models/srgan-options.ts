/** The options of `srgan`. */
import { integer, number, oneOf } from '../options/kinds.js';
import { option, withOptions } from '../options/option.js';
import { adversarialOptions, pictureSize } from './options/common.js';
import type { ConfigOf } from './options/configure.js';

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
    help: 'The content loss: the mean absolute or mean squared error of a pixel, on pictures in [−1, 1] (Zhao et al., "Loss Functions for Image Restoration with Neural Networks", 2017). The paper\'s other content loss needs a pretrained VGG network, which is not included.',
  }),
  adversarial: option({
    is: number(0, 1000),
    default: 0.03,
    help: 'The weight of the adversarial loss; that of the content loss is 1. With a larger weight, texture and edges look more like real ones, and pixels differ more from the true ones. 0 trains on the content loss alone, which gives the best signal-to-noise ratio; the discriminator is then trained for its measurements only.',
  }),
  pretrain: option({
    is: integer(0, 1e9),
    default: 400,
    help: 'The number of first steps, in which the generator is trained on the content loss alone.',
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

/** Options of `srgan`. */
export type SrganConfig = ConfigOf<typeof srganOptions>;
