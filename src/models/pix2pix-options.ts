/** The options of `pix2pix`. */
import { integer, number } from '../options/kinds.js';
import { option, withOptions } from '../options/option.js';
import { UNET_STEP } from './networks/unet.js';
import { adversarialOptions, pictureSize } from './options/common.js';
import type { ConfigOf } from './options/configure.js';

/** The declarations of the options of `pix2pix`. */
export const pix2pixOptions = withOptions(
  adversarialOptions({ batch: 4, learningRate: 5e-4, discriminatorLrScale: 2, clipNorm: 1000 }),
  {
    ...pictureSize({ step: UNET_STEP, least: 16, default: 64 }),
    l1: option({
      is: number(0, 1e4),
      default: 50,
      help: 'Weight of the mean distance |G(x) − y| of pictures in [−1, 1]. The paper has 100 on the same scale: its formula is a sum, but its published code takes the mean, as here.',
    }),
    adversarial: option({
      is: number(0, 100),
      default: 1,
      help: "Weight of the adversarial loss in the generator's loss. 0 learns from the distance alone, for comparison.",
    }),
    dropout: option({
      is: number(0, 0.9),
      default: 0,
      help: 'Share of the filters of the innermost decoder layer that a training step drops. The paper uses dropout of 0.5 as noise, which its generator learns to ignore. Inference drops none.',
    }),
    filters: option({
      is: integer(1, 256),
      default: 24,
      fixed: true,
      help: 'The number of filters of the first layer of both networks. The paper uses 64.',
    }),
  },
);

/** The option values of a `pix2pix` training. */
export type Pix2pixConfig = ConfigOf<typeof pix2pixOptions>;
