/** The options that every adversarial recipe has. */
import { integer, number, oneOf, side, toggle } from '../../options/kinds.js';
import { type DefaultedOption, option, type ValueOf } from '../../options/option.js';
import { OBJECTIVES, type ObjectiveName } from '../losses/objectives.js';
import type { ConfigOf } from './configure.js';

const OBJECTIVE_NAMES = Object.keys(OBJECTIVES) as ObjectiveName[];

/** Options of every adversarial recipe, with the defaults of those that say nothing else. */
export const commonOptions = {
  seed: option({ is: integer(), default: 1, help: 'The seed of weights, batches, augmentation and history.' }),
  batch: option({
    is: integer(1, 1024),
    default: 16,
    help: 'The batch size: the number of pictures of each kind in an update.',
  }),
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
    help: 'The decay of the exponential moving average of the generator\'s weights, which refinement and samples use because it fluctuates less than the weights. 0 uses the weights themselves (Yazıcı et al., "The Unusual Effectiveness of Averaging in GAN Training", ICLR 2019).',
  }),
  clipNorm: option({
    is: number(0, 1e9),
    default: 10,
    help: 'Safeguard: the gradients of an update are scaled down together to this L2 norm, which stable training does not reach. 0 sets no limit.',
  }),
  refuseNonFinite: option({
    is: toggle,
    default: true,
    help: 'Safeguard: an update whose loss or gradient is not finite is skipped and counted.',
  }),
  rollbackAfter: option({
    is: integer(0, 1e9),
    default: 10,
    help: 'Safeguard: after this number of skipped updates in a row the last good weights are restored. 0 never restores them.',
  }),
  balance: option({
    is: toggle,
    default: true,
    help: 'Safeguard: updates of the discriminator pause while it is far too strong, and updates of the generator while the discriminator is far too weak.',
  }),
  checkEvery: option({
    is: integer(0, 1e9),
    default: 20,
    help: 'The number of steps between two measurements on held-out pictures. With 0 none are made, and the state of learning is unknown.',
  }),
  objective: option({
    is: oneOf(...OBJECTIVE_NAMES),
    default: 'non-saturating',
    help: 'The adversarial loss. non-saturating: cross-entropy, and the generator lowers −log(1 − D(G)) (Goodfellow et al., NIPS 2014, section 3). minimax: cross-entropy, and the generator lowers log D(G), whose gradient vanishes while the discriminator is confident (ibid., equation 1). least-squares: squared distance from the labels (Mao et al., ICCV 2017). hinge: margins of 1 (Lim and Ye, arXiv 1705.02894). wasserstein-gp: difference of means with a gradient penalty of weight 10 at each discriminator update (Gulrajani et al., NIPS 2017). At chance level the gradient by a logit is ½ for non-saturating and minimax and 1 for all others, so the weights of other losses count twice as much with the first two. The gradients of wasserstein-gp are large: expect norms beyond clipNorm.',
  }),
  labelSmoothing: option({
    is: number(0, 0.49),
    default: 0,
    help: 'One-sided label smoothing: the label of real pictures is reduced by this, so 0.1 gives them a target of 0.9. The label of generated pictures is not changed (Salimans et al., "Improved Techniques for Training GANs", NIPS 2016). It needs an objective with labels, so not hinge or wasserstein-gp.',
    fits: (value, { objective }) =>
      value !== 0 && OBJECTIVES[objective as ObjectiveName]?.labels === false
        ? `0 with objective ${objective}, which has no labels to smooth`
        : undefined,
  }),
  spectralNorm: option({
    is: toggle,
    default: false,
    fixed: true,
    help: 'Spectral normalisation: divides each kernel of the discriminator by its largest singular value, with one power iteration per update (Miyato et al., ICLR 2018).',
  }),
};

type Common = typeof commonOptions;

/** The declarations of the options that every adversarial recipe has. */
export interface CommonOptions extends Common {}

/** The values of the options that every adversarial recipe has. */
export type AdversarialConfig = ConfigOf<Common>;

/** {@link commonOptions} with other defaults, to be spread into the options of a recipe. */
export function adversarialOptions(
  defaults: { readonly [K in keyof Common]?: ValueOf<Common[K]> } = {},
): CommonOptions {
  const changed = Object.entries(commonOptions).map(([name, declared]) => {
    const value = defaults[name as keyof Common];
    return [name, value === undefined ? declared : { ...declared, default: value }];
  });
  return Object.fromEntries(changed) as Common;
}

/** Sides of the pictures of a recipe. */
export interface PictureSize {
  /** Width and height are multiples of this. */
  readonly step: number;
  /** The least side. */
  readonly least: number;
  /** The default of both. */
  readonly default: number;
  /** The default in presets that differ, by preset. */
  readonly presets?: Readonly<Record<string, number>>;
}

/** The options `width` and `height` of a recipe. */
export function pictureSize({ step, least, ...defaults }: PictureSize) {
  const declared = (what: string): DefaultedOption<number> =>
    option({ is: side(step, least), ...defaults, fixed: true, help: `The ${what} of a picture in pixels.` });
  return { width: declared('width'), height: declared('height') };
}

/** A history of generated pictures: `historySize` holds none, or half a batch at least. */
export const historyFits: NonNullable<DefaultedOption<number>['fits']> = (value, { batch }) => {
  const least = Math.max(1, Math.floor(Number(batch) / 2));
  return value === 0 || value >= least ? undefined : `0, or a whole number from ${least} (half a batch) to 1000000`;
};
