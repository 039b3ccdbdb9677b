/** The options of `pix2pix`. */
import { integer, number } from '../options/kinds.js';
import { option, withOptions } from '../options/option.js';
import { UNET_STEP } from './networks/unet.js';
import { adversarialOptions, pictureSize } from './options/common.js';
import type { ConfigOf } from './options/configure.js';

export const pix2pixOptions = withOptions(
  adversarialOptions({ batch: 4, learningRate: 5e-4, discriminatorLrScale: 2, clipNorm: 1000 }),
  {
    ...pictureSize({ step: UNET_STEP, least: 16, default: 64 }),
    l1: option({
      is: number(0, 1e4),
      default: 50,
      help: "The weight of the L1 loss, mean |G(x) − y| on pictures in [−1, 1]. The paper uses 100 on the same scale: its formula has a sum, but its authors' code has a mean, as here.",
    }),
    adversarial: option({
      is: number(0, 100),
      default: 1,
      help: "The weight of the adversarial loss in the generator's loss. 0 trains on the L1 loss alone, for comparison.",
    }),
    dropout: option({
      is: number(0, 0.9),
      default: 0,
      help: 'The dropout rate of the feature maps of the innermost decoder layer. The paper uses 0.5 as its source of noise, which its generator learns to ignore. Inference has no dropout.',
    }),
    filters: option({
      is: integer(1, 256),
      default: 24,
      fixed: true,
      help: 'The number of filters of the first layer of both networks. The paper uses 64.',
    }),
  },
);

/** Options of `pix2pix`. */
export type Pix2pixConfig = ConfigOf<typeof pix2pixOptions>;
