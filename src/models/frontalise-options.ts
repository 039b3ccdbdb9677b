/** The options of `frontalise`. */
import { integer, number } from '../options/kinds.js';
import { option, withOptions } from '../options/option.js';
import { FRONTAL_STEP } from './networks/frontal.js';
import { adversarialOptions, pictureSize } from './options/common.js';
import type { ConfigOf } from './options/configure.js';

/** The declarations of the options of `frontalise`. */
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
    help: 'Weight of the asymmetry of the generated picture. The paper has 0.3 times the weight of the distance. 0 suits eyes, which are not symmetric.',
  }),
  variation: option({
    is: number(0, 1000),
    default: 0.001,
    help: 'Weight of the differences between neighbouring pixels: 10⁻⁴ times the weight of the distance, as in the paper.',
  }),
  adversarial: option({
    is: number(0, 1000),
    default: 0.05,
    help: 'Weight of the objective. The paper has 10⁻³ times the weight of the distance. 0 learns from the distance alone.',
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

/** The option values of a `frontalise` training. */
export type FrontaliseConfig = ConfigOf<typeof frontaliseOptions>;
