/** The options of SimGAN. */
import { integer, number, oneOf } from '../options/kinds.js';
import { option, withOptions } from '../options/option.js';
import { AUTOENCODER_HALVINGS } from './networks/dcgan-autoencoder.js';
import { LIVE_STEP } from './networks/live.js';
import { adversarialOptions, historyFits, pictureSize } from './options/common.js';
import { type ConfigOf, configured, parsed, type RecipeOptions } from './options/configure.js';
import type { RecipeConfig } from './types.js';

/**
 * The presets, the default first. `live` learns beside a running video, `paper` has the paper's networks for eyes, `dcgan-autoencoder`
 * has a refiner that encodes and decodes as DCGAN does, and `paper-hands` has the paper's networks for hands of 224×224. The refiner of
 * `paper-hands` takes 37 G multiply-adds for each picture and needs a graphics card.
 */
export const SIMGAN_PRESETS = ['live', 'paper', 'dcgan-autoencoder', 'paper-hands'] as const;

/** A preset of SimGAN: `live`, `paper`, `dcgan-autoencoder` or `paper-hands`. */
export type SimganPreset = (typeof SIMGAN_PRESETS)[number];

/** For each preset, the number that sides are multiples of, and the smallest side. */
const SIDES: Readonly<Record<SimganPreset, readonly [step: number, low: number]>> = {
  live: [LIVE_STEP, 24],
  paper: [1, 8],
  'dcgan-autoencoder': [2 ** AUTOENCODER_HALVINGS, 32],
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

/** The declarations of SimGAN's options. */
export const simganOptions = withOptions(common, {
  width: limited(sides.width),
  height: limited(sides.height),
  batch: option({ ...common.batch, presets: { 'paper-hands': 4 } }),
  learningRate: option({ ...common.learningRate, presets: { live: 5e-4 } }),
  discriminatorLrScale: option({ ...common.discriminatorLrScale, presets: { live: 4 } }),
  lambda: option({
    is: number(0, 1e6),
    default: 0.5,
    help: 'Weight of the self-regularisation term, mean |R(x) − x| on pictures in [−1, 1], against the mean cross-entropy of a patch. Both are means, so the weight depends neither on the batch nor on the size; values of implementations that sum do not carry over. With 0 the refiner is free; with 15 it changes little, with 100 nothing.',
  }),
  tone: option({
    is: oneOf('free', 'kept'),
    default: 'kept',
    presets: { live: 'free' },
    help: 'With free the self-regularisation term ignores the mean of each channel and the contrast of a picture, so that skin tone and exposure follow the real footage. With kept it compares the pictures as they are, as in the paper.',
  }),
  structure: option({
    is: number(0, 1e6),
    default: 0,
    presets: { live: 12 },
    help: 'Weight, inside the self-regularisation term, of mean |d(R(x)) − d(x)| where d is a soft map of the dark parts. It keeps iris, lids and brow in place, and leaves the shading of skin free. 0 compares only the pictures themselves, as in the paper. Larger values keep irises better, and make refined patches easier to recognise; irises that are much larger than those of the footage still shrink.',
  }),
  irisWeight: option({
    is: number(0, 1e6),
    default: 0,
    presets: { live: 6 },
    help: 'Weight, inside the self-regularisation term, of the difference between what an iris landmark network detects in R(x) and in x, for a part of each batch. It keeps iris, gaze and lids. 0 leaves it out. For pictures of other things than eyes, use 0 and a discriminatorLrScale of 2; sessions that cut out faces do so by default.',
  }),
  toneMatch: option({
    is: number(0, 1e6),
    default: 0,
    presets: { live: 100 },
    help: 'Weight of the distance between the tones of refined and of real pictures: means and contrasts of the channels over a batch. With the adversarial loss alone the tones oscillate around those of the footage. The term is not part of the self-regularisation term, so lambda does not scale it. 0 leaves it out, as in the paper.',
  }),
  detailMatch: option({
    is: number(0, 1e6),
    default: 0,
    presets: { live: 30 },
    help: 'Weight of the distance between the strengths of detail in refined and in real pictures, in three octaves of a batch. With it, refined pictures take on the lens and the compression of the footage sooner than with the adversarial loss alone. Lambda does not scale it. 0 leaves it out, as in the paper.',
  }),
  kG: option({
    is: integer(1, 100),
    default: 1,
    presets: { paper: 2, 'paper-hands': 2 },
    help: 'K_g: refiner updates in each step. At most 8 in preset dcgan-autoencoder, whose batch norm collapses with more.',
    fits: (value, { preset }) =>
      preset === 'dcgan-autoencoder' && value > 8
        ? 'at most 8 in preset dcgan-autoencoder, whose batch norm collapses with more'
        : undefined,
  }),
  kD: option({ is: integer(1, 100), default: 1, help: 'K_d: discriminator updates in each step.' }),
  discriminatorOutput: option({
    is: oneOf('patch', 'image'),
    default: 'patch',
    help: 'Which logits the objective takes: the logit of each patch, or the mean logit of each image.',
  }),
  historySize: option({
    is: integer(0, 1_000_000),
    default: 512,
    fixed: true,
    help: 'How many refined pictures the history keeps for the discriminator, as bytes in memory. 0 keeps none; other values must be at least half a batch.',
    fits: historyFits,
  }),
  pretrainRefiner: option({
    is: integer(0, 1e9),
    default: 1000,
    presets: { live: 0, 'dcgan-autoencoder': 2000 },
    help: 'How many steps at the start train only the refiner, from the self-regularisation term alone.',
  }),
  pretrainDiscriminator: option({
    is: integer(0, 1e9),
    default: 200,
    presets: { live: 0 },
    help: 'How many steps after those train only the discriminator.',
  }),
  refinerFilters: option({
    is: integer(1, 512),
    default: 64,
    presets: { live: 32 },
    fixed: true,
    help: 'Filters of the refiner: in preset live those at a quarter of the size; in dcgan-autoencoder the smallest size has up to 8 times as many.',
  }),
  refinerBlocks: option({
    is: integer(0, 64),
    default: 4,
    presets: { live: 2, 'dcgan-autoencoder': 0, 'paper-hands': 10 },
    fixed: true,
    help: 'Residual blocks of the refiner. The refiner of preset dcgan-autoencoder has none.',
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

/** SimGAN's options and presets. */
export const SIMGAN: RecipeOptions<typeof simganOptions> = {
  recipe: 'simgan',
  presets: SIMGAN_PRESETS,
  options: simganOptions,
};

/** Everything that decides how SimGAN is built and trained. */
export type SimganConfig = ConfigOf<typeof simganOptions> & {
  /** The name of the recipe. */
  readonly recipe: 'simgan';
  /** The preset that options without a value of their own come from. */
  readonly preset: SimganPreset;
};

/** A full configuration of SimGAN from a preset and overrides. Throws `USAGE` as {@link configured} does. */
export function configureSimgan(preset: string, overrides: Readonly<Record<string, unknown>> = {}): SimganConfig {
  return configured(SIMGAN, preset, overrides) as SimganConfig;
}

/** Checks and completes a configuration that was read from JSON. Throws `USAGE` as {@link parsed} does. */
export function parseSimganConfig(config: RecipeConfig): SimganConfig {
  return parsed(SIMGAN, config) as SimganConfig;
}
