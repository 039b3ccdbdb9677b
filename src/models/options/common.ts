/** The options that every adversarial recipe has. */
import { integer, number, oneOf, side, toggle } from '../../options/kinds.js';
import { type DefaultedOption, option, type ValueOf } from '../../options/option.js';
import { OBJECTIVES, type ObjectiveName } from '../losses/objectives.js';
import type { ConfigOf } from './configure.js';

const OBJECTIVE_NAMES = Object.keys(OBJECTIVES) as ObjectiveName[];

/** The options of every adversarial recipe, with the defaults of recipes that set no other. */
export const commonOptions = {
  seed: option({
    is: integer(),
    default: 1,
    help: 'Seed of the initial weights, the batches, the augmentation and the history.',
  }),
  batch: option({ is: integer(1, 1024), default: 16, help: 'How many pictures of each kind an update learns from.' }),
  optimiser: option({
    is: oneOf('adam', 'sgd'),
    default: 'adam',
    fixed: true,
    help: 'The optimiser of all networks: Adam with β₁ 0.5 and β₂ 0.999, or stochastic gradient descent.',
  }),
  learningRate: option({
    is: number(1e-9, 10),
    default: 2e-4,
    help: "The learning rate of the generator's optimiser. The generator of SimGAN is the refiner.",
  }),
  discriminatorLrScale: option({
    is: number(0.001, 1000),
    default: 1,
    help: 'The factor between learningRate and the discriminator\'s learning rate (Heusel et al., "GANs Trained by a Two Time-Scale Update Rule", NeurIPS 2017).',
  }),
  emaDecay: option({
    is: number(0, 0.99999),
    default: 0.99,
    help: 'Refinement and samples use a running average of the generator\'s weights, which varies less than the weights. This is the weight of the previous average in each update; 0 uses the weights themselves (Yazıcı et al., "The Unusual Effectiveness of Averaging in GAN Training", ICLR 2019).',
  }),
  clipNorm: option({
    is: number(0, 1e9),
    default: 10,
    help: 'Safeguard: the gradients of an update are scaled down together to at most this L2 norm, which healthy steps do not reach. 0 sets no limit.',
  }),
  refuseNonFinite: option({
    is: toggle,
    default: true,
    help: 'Safeguard: an update whose loss or gradient is not finite is skipped and counted.',
  }),
  rollbackAfter: option({
    is: integer(0, 1e9),
    default: 10,
    help: 'Safeguard: after this many refused steps in a row the last good weights are restored. 0 never restores them.',
  }),
  balance: option({
    is: toggle,
    default: true,
    help: 'Safeguard: updates of the discriminator pause while it is far too strong, and updates of the generator while the discriminator is far too weak.',
  }),
  checkEvery: option({
    is: integer(0, 1e9),
    default: 20,
    help: 'Steps between measurements on held-out pictures. 0 makes none; the learning state then stays at starting.',
  }),
  objective: option({
    is: oneOf(...OBJECTIVE_NAMES),
    default: 'non-saturating',
    help: 'The adversarial loss. non-saturating: cross-entropy, and the generator lowers −log(1 − D(G)) (Goodfellow et al., NIPS 2014, section 3). minimax: cross-entropy, and the generator lowers log D(G), whose gradient fades while the discriminator is sure (ibid., equation 1). least-squares: squared distance from the labels (Mao et al., ICCV 2017). hinge: margins of 1 (Lim and Ye, arXiv 1705.02894). wasserstein-gp: difference of means with a gradient penalty of weight 10 at each discriminator update (Gulrajani et al., NIPS 2017). At chance the slope of non-saturating and minimax is ½ per logit and that of all others is 1, so that other losses weigh twice as much beside the first two. The gradients of wasserstein-gp are large: expect norms above clipNorm.',
  }),
  labelSmoothing: option({
    is: number(0, 0.49),
    default: 0,
    help: 'How much the label of real pictures is smoothed: with 0.1 the discriminator learns to be 90 % sure of real pictures. The label of generated pictures stays (one-sided; Salimans et al., "Improved Techniques for Training GANs", NIPS 2016). Only objectives with labels allow it, so hinge and wasserstein-gp do not.',
    fits: (value, { objective }) =>
      value !== 0 && OBJECTIVES[objective as ObjectiveName]?.labels === false
        ? `0 with objective ${objective}, which has no labels to smooth`
        : undefined,
  }),
  spectralNorm: option({
    is: toggle,
    default: false,
    fixed: true,
    help: 'Whether each kernel of the discriminator is divided by its largest singular value, estimated by one power iteration in each update (Miyato et al., ICLR 2018).',
  }),
};

type Common = typeof commonOptions;

/** The declarations of the options that every adversarial recipe has: see the reference of options, "Every recipe". */
export interface CommonOptions extends Common {}

/** The values of the options that every adversarial recipe has. */
export type AdversarialConfig = ConfigOf<CommonOptions>;

/** The options that every adversarial recipe has, with other defaults. Spread them into the options of a recipe. */
export function adversarialOptions(
  defaults: { readonly [K in keyof Common]?: ValueOf<Common[K]> } = {},
): CommonOptions {
  const changed = Object.entries(commonOptions).map(([name, declared]) => {
    const value = defaults[name as keyof Common];
    return [name, value === undefined ? declared : { ...declared, default: value }];
  });
  return Object.fromEntries(changed) as Common;
}

/** Limits and defaults for the sides of a recipe's pictures, in pixels. */
export interface PictureSize {
  /** Sides must be multiples of this. */
  readonly step: number;
  /** The smallest side. */
  readonly least: number;
  /** The default of both sides. */
  readonly default: number;
  /** The default of both sides in presets that have another one, by preset. */
  readonly presets?: Readonly<Record<string, number>>;
}

/** The options `width` and `height` of a recipe. Spread them into its options. */
export function pictureSize({
  step,
  least,
  ...defaults
}: PictureSize): Readonly<Record<'width' | 'height', DefaultedOption<number>>> {
  const declared = (what: string): DefaultedOption<number> =>
    option({ is: side(step, least), ...defaults, fixed: true, help: `The ${what} of a picture in pixels.` });
  return { width: declared('width'), height: declared('height') };
}

/** The option `noiseSize` of recipes that generate pictures from noise. */
export const noiseSize = option({
  is: integer(1, 4096),
  default: 64,
  fixed: true,
  help: 'How many numbers of noise a picture is generated from.',
});

/** The limit of `historySize`: 0, or at least half a batch. */
export const historyFits: NonNullable<DefaultedOption<number>['fits']> = (value, { batch }) => {
  const least = Math.max(1, Math.floor(Number(batch) / 2));
  return value === 0 || value >= least ? undefined : `0, or a whole number from ${least} (half a batch) to 1000000`;
};
