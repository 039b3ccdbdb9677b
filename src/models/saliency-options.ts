/** The options of `saliency`. */
import { integer, number } from '../options/kinds.js';
import { option, withOptions } from '../options/option.js';
import { ATTENTION_STEP } from './networks/attention.js';
import { adversarialOptions, pictureSize } from './options/common.js';
import type { ConfigOf } from './options/configure.js';

/** The declarations of the options of `saliency`. */
export const saliencyOptions = withOptions(adversarialOptions({ learningRate: 1e-3 }), {
  ...pictureSize({ step: ATTENTION_STEP, least: 16, default: 64 }),
  bce: option({ is: number(0, 1000), default: 20, help: 'The weight of the binary cross-entropy of the map.' }),
  adversarial: option({
    is: number(0, 1000),
    default: 0.1,
    help: "Weight of the objective: 1/200 of bce, as in the paper (α = 0.005, section 4). 0 learns from the cross-entropy alone, which is the paper's baseline.",
  }),
  filters: option({
    is: integer(1, 256),
    default: 16,
    fixed: true,
    help: 'The number of filters of the generator at half the size.',
  }),
  discriminatorFilters: option({
    is: integer(1, 256),
    default: 16,
    fixed: true,
    help: "The number of filters of the discriminator's first layer.",
  }),
});

/** The option values of a `saliency` training. */
export type SaliencyConfig = ConfigOf<typeof saliencyOptions>;
