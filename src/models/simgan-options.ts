/** The options of SimGAN. */
import { integer, number, oneOf } from '../options/kinds.js';
import { option, withOptions } from '../options/option.js';
import { LIVE_STEP } from './networks/live.js';
import { SEED_HALVINGS } from './networks/seed.js';
import { adversarialOptions, historyFits, pictureSize } from './options/common.js';
import { type ConfigOf, configured, parsed, type RecipeOptions } from './options/configure.js';
import type { RecipeConfig } from './types.js';

/**
 * The presets, the default first: `live` learns beside a running video, `paper` has the paper's networks for eyes,
 * `dcgan-autoencoder` a refiner that encodes and decodes with the layers of DCGAN, `paper-hands` the paper's networks for hands (224×224,
 * for an engine on a GPU: the refiner needs 37 G multiply-adds for each picture).
 */
export const SIMGAN_PRESETS = ['live', 'paper', 'dcgan-autoencoder', 'paper-hands'] as const;

/** One of {@link SIMGAN_PRESETS}. */
export type SimganPreset = (typeof SIMGAN_PRESETS)[number];

/** The step and the least value of width and height, by preset. */
const SIDES: Readonly<Record<SimganPreset, readonly [step: number, low: number]>> = {
  live: [LIVE_STEP, 24],
  paper: [1, 8],
  'dcgan-autoencoder': [2 ** SEED_HALVINGS, 32],
  'paper-hands': [1, 32],
};

const sides = pictureSize({ step: 1, least: 8, default: 64, presets: { 'paper-hands': 224 } });
const limited = (side: (typeof sides)['width']) =>
  option({
    ...side,
    help: `${side.help} It is a multiple of 4 of at least 24 in preset live, a multiple of 16 of at least 32 in dcgan-autoencoder, at least 8 in paper, and at least 32 in paper-hands.`,
    fits(value, { preset }) {
      const [step, low] = SIDES[preset as SimganPreset];
      if (value % step === 0 && value >= low) return undefined;
      return `a multiple of ${step} from ${low} to 1024 in preset ${preset}`;
    },
  });

const common = adversarialOptions();

export const simganOptions = withOptions(common, {
  width: limited(sides.width),
  height: limited(sides.height),
  batch: option({ ...common.batch, presets: { 'paper-hands': 4 } }),
  learningRate: option({ ...common.learningRate, presets: { live: 5e-4 } }),
  discriminatorLrScale: option({ ...common.discriminatorLrScale, presets: { live: 4 } }),
  lambda: option({
    is: number(0, 1e6),
    default: 0.5,
    help: 'The weight λ of the self-regularisation term, mean |R(x) − x| on pictures in [−1, 1]; the adversarial loss has the weight 1. Both are means over batch, pixels and patches, so λ depends on neither batch nor size; values of implementations that sum have to be converted. 0 does not regularise the refiner; with 15 it changes little, with 100 nothing.',
  }),
  tone: option({
    is: oneOf('free', 'kept'),
    default: 'kept',
    presets: { live: 'free' },
    help: "With free the self-regularisation term ignores the means of a picture's channels and its contrast, so that skin tone and exposure can follow the real footage. With kept it compares the pictures themselves, as in the paper.",
  }),
  structure: option({
    is: number(0, 1e6),
    default: 0,
    presets: { live: 12 },
    help: 'The weight, inside the self-regularisation term, of mean |d(R(x)) − d(x)|, where d is a soft map of dark areas. It keeps the position of iris, lids and brow, and does not restrict the shading of the skin. 0 compares the pictures alone, as in the paper. A larger weight preserves irises better and makes patches easier to distinguish from real ones. Irises much larger than those of the footage still shrink.',
  }),
  irisWeight: option({
    is: number(0, 1e6),
    default: 0,
    presets: { live: 6 },
    help: 'The weight, inside the self-regularisation term, of the difference between the features that an iris landmark network computes for R(x) and for x, in a part of each batch. It preserves iris, gaze and lids. 0 does not use the network. For pictures other than eyes 0 and a discriminatorLrScale of 2 are better; sessions that crop faces use both.',
  }),
  toneMatch: option({
    is: number(0, 1e6),
    default: 0,
    presets: { live: 100 },
    help: 'The weight of the distance between the tones of refined and of real pictures: means and contrasts of the channels over a batch. With the adversarial loss alone the tones oscillate and keep a bias. The term is not part of the self-regularisation term, so lambda does not scale it. 0 leaves it out, as in the paper.',
  }),
  detailMatch: option({
    is: number(0, 1e6),
    default: 0,
    presets: { live: 30 },
    help: 'The weight of the distance between the amounts of detail in refined and in real pictures, in three octaves over a batch. It adapts the refiner to the lens and compression of the footage sooner than the adversarial loss does. lambda does not scale it. 0 leaves it out, as in the paper.',
  }),
  kG: option({
    is: integer(1, 100),
    default: 1,
    presets: { paper: 2, 'paper-hands': 2 },
    help: 'K_g: the number of refiner updates in a step. It is at most 8 in preset dcgan-autoencoder, whose batch normalisation collapses with more.',
    fits: (value, { preset }) =>
      preset === 'dcgan-autoencoder' && value > 8
        ? 'at most 8 in preset dcgan-autoencoder, whose batch normalisation collapses with more'
        : undefined,
  }),
  kD: option({ is: integer(1, 100), default: 1, help: 'K_d: the number of discriminator updates in a step.' }),
  discriminatorOutput: option({
    is: oneOf('patch', 'image'),
    default: 'patch',
    help: 'The output of the discriminator that the adversarial loss is computed from: the logit of each patch, or the mean logit of each image.',
  }),
  historySize: option({
    is: integer(0, 1_000_000),
    default: 512,
    fixed: true,
    help: 'The number of refined pictures in the history of the discriminator, which is held in memory. 0 keeps none; otherwise it is at least half a batch.',
    fits: historyFits,
  }),
  pretrainRefiner: option({
    is: integer(0, 1e9),
    default: 1000,
    presets: { live: 0, 'dcgan-autoencoder': 2000 },
    help: 'The number of first steps, in which only the refiner is trained, on the self-regularisation term alone.',
  }),
  pretrainDiscriminator: option({
    is: integer(0, 1e9),
    default: 200,
    presets: { live: 0 },
    help: 'The number of steps after pretrainRefiner, in which only the discriminator is trained.',
  }),
  refinerFilters: option({
    is: integer(1, 512),
    default: 64,
    presets: { live: 32 },
    fixed: true,
    help: 'The number of filters of the refiner. In preset live it applies at a quarter of the size; in dcgan-autoencoder inner layers have up to 8 times as many.',
  }),
  refinerBlocks: option({
    is: integer(0, 64),
    default: 4,
    presets: { live: 2, 'dcgan-autoencoder': 0, 'paper-hands': 10 },
    fixed: true,
    help: 'The number of residual blocks of the refiner. It is 0 in preset dcgan-autoencoder.',
    fits: (value, { preset }) =>
      preset === 'dcgan-autoencoder' && value !== 0 ? '0 in preset dcgan-autoencoder' : undefined,
  }),
  discriminatorFilters: option({
    is: integer(1, 512),
    default: 96,
    presets: { live: 32, 'dcgan-autoencoder': 32 },
    fixed: true,
    help: "The number of filters of the discriminator's first layer.",
  }),
});

/** SimGAN's name, presets and options. */
export const SIMGAN: RecipeOptions<typeof simganOptions> = {
  recipe: 'simgan',
  presets: SIMGAN_PRESETS,
  options: simganOptions,
};

/** Everything that decides how SimGAN is built and trained. */
export type SimganConfig = ConfigOf<typeof simganOptions> & {
  readonly recipe: 'simgan';
  readonly preset: SimganPreset;
};

/** See {@link configured}. */
export function configureSimgan(preset: string, overrides: Readonly<Record<string, unknown>> = {}): SimganConfig {
  return configured(SIMGAN, preset, overrides) as SimganConfig;
}

/** See {@link parsed}. */
export function parseSimganConfig(config: RecipeConfig): SimganConfig {
  return parsed(SIMGAN, config) as SimganConfig;
}
