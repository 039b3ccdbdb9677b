/** The options of `frontalise`. */
import { integer, number } from '../options/kinds.js';
import { option, withOptions } from '../options/option.js';
import { FRONTAL_STEP } from './networks/frontal.js';
import { adversarialOptions, pictureSize } from './options/common.js';
import type { ConfigOf } from './options/configure.js';

export const frontaliseOptions = withOptions(adversarialOptions({ batch: 8, learningRate: 1e-3 }), {
  ...pictureSize({ step: FRONTAL_STEP, least: 16, default: 64 }),
  l1: option({
    is: number(0, 1000),
    default: 10,
    help: 'The weight of the L1 distance from the target, at three scales.',
  }),
  symmetry: option({
    is: number(0, 1000),
    default: 0,
    presets: { faces: 3 },
    help: "The weight of the symmetry loss: the difference between the generated picture and its mirror image. The paper uses 0.3 of the distance's weight. Use 0 for eyes, which are not symmetric.",
  }),
  variation: option({
    is: number(0, 1000),
    default: 0.001,
    help: "The weight of the total variation: the differences between neighbouring pixels. The default is 10⁻⁴ of the distance's weight, as in the paper.",
  }),
  adversarial: option({
    is: number(0, 1000),
    default: 0.05,
    help: "The weight of the adversarial loss. The paper uses 10⁻³ of the distance's weight. 0 trains on the distance alone.",
  }),
  filters: option({
    is: integer(1, 256),
    default: 16,
    fixed: true,
    help: 'The number of filters of the generator at half the size.',
  }),
  blocks: option({
    is: integer(0, 16),
    default: 2,
    fixed: true,
    help: 'The number of residual blocks of the generator, at an eighth of the size.',
  }),
  discriminatorFilters: option({
    is: integer(1, 256),
    default: 16,
    fixed: true,
    help: "The number of filters of the discriminator's first layer.",
  }),
});

/** Options of `frontalise`. */
export type FrontaliseConfig = ConfigOf<typeof frontaliseOptions>;
