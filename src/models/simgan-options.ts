/** The options of SimGAN, their presets and their limits. */
import { LIVE_STEP } from './networks/live.js';
import { SEED_HALVINGS } from './networks/seed.js';
import {
  type AdversarialConfig,
  type Check,
  COMMON_CHECKS,
  COMMON_FIXED,
  COMMON as COMMON_OPTIONS,
  configured,
  integer,
  number,
  type OptionTable,
  oneOf,
  parsed,
  side as sideOf,
} from './training/config.js';
import type { RecipeConfig } from './types.js';

/**
 * Which networks: `live` learns beside a running video, `paper` is the paper's for eyes, `paper-hands` the paper's for hands (224×224, for
 * an engine on a graphics card: a picture takes its refiner 37 G multiply-adds), `seed` a DCGAN auto-encoder.
 */
export type SimganPreset = 'live' | 'paper' | 'seed' | 'paper-hands';

/** Everything that decides how SimGAN is built and trained. */
export interface SimganConfig extends AdversarialConfig {
  readonly recipe: 'simgan';
  readonly preset: SimganPreset;
  /**
   * Picture columns. `live`: a multiple of 4, 24 at least; `paper`: 8 at least; `paper-hands`: 32 at least; `seed`: a multiple of 16, 32 at
   * least. Default 64, `paper-hands` 224.
   */
  readonly width: number;
  /** Picture rows, with the limits and the default of `width`. */
  readonly height: number;
  /** Default 1. */
  readonly seed: number;
  /**
   * Weight of the self-regularisation term mean |R(x) − x| against the mean cross-entropy of a patch, on pictures in [−1, 1]. Both
   * are means, so it depends on neither batch nor size; values of other implementations do not carry over without their
   * reductions. 0 leaves the refiner free; at 15 it changes little, at 100 nothing. Default 0.5.
   */
  readonly lambda: number;
  /**
   * `free`: the self-regularisation term does not see the means of a picture's channels, nor its contrast, so that skin tone and exposure
   * follow the real footage. `kept`: it compares the pictures as they are, as in the paper. Default: `live` free, others
   * kept.
   */
  readonly tone: 'free' | 'kept';
  /**
   * Weight, inside the self-regularisation term, of mean |d(R(x)) − d(x)| with d a soft map of what is dark (`structureLoss`): it keeps
   * iris, lids and brow where they are, and leaves the shading of skin free. 0: the pictures themselves alone are compared, as in
   * the paper. Default: `live` 12, others 0. Larger holds irises better and makes patches easier to tell from real
   * ones; irises much larger than those of the footage still shrink.
   */
  readonly structure: number;
  /**
   * Weight, inside the self-regularisation term, of what an iris landmark network sees of the eye in R(x) and in x (`eyeLoss`), in a part
   * of each batch: it keeps iris, gaze and lids. 0: it is not asked. Default: `live` 6, others 0. Pictures of anything else than
   * eyes are better off with 0, and with a `discriminatorPace` of 2; sessions that cut out faces take both.
   */
  readonly eyes: number;
  /**
   * Weight of the distance between the tones of refined and of real pictures (`toneMatchLoss`): means and contrasts of the channels over a
   * batch. The game alone circles around them and stays off to one side. Not part of the self-regularisation term, so `lambda` does
   * not scale it. Default: `live` 100, others 0, as in the paper.
   */
  readonly toneMatch: number;
  /**
   * Weight of the distance between the strengths of detail in refined and in real pictures (`detailMatchLoss`), in three octaves of a
   * batch: lens and compression of the footage are followed sooner than by the game. Not scaled by `lambda` either. Default:
   * `live` 30, others 0, as in the paper.
   */
  readonly detailMatch: number;
  /** K_g: refiner updates a step. Default 1; `paper` and `paper-hands` 2. At most 8 with batch norm (`seed`), which collapses beyond. */
  readonly kG: number;
  /** K_d: discriminator updates a step. Default 1. */
  readonly kD: number;
  /** Step size of the refiner's optimiser. Default: `live` 5e-4, others 2e-4. */
  readonly learningRate: number;
  /**
   * The discriminator's step size is `learningRate` times this (Heusel et al., "GANs Trained by a Two Time-Scale Update Rule", NeurIPS
   * 2017). Default: `live` 4, others 1.
   */
  readonly discriminatorPace: number;
  /** `local`: the objective of each patch's logit; `global`: of each picture's mean logit. Default `local`. */
  readonly loss: 'local' | 'global';
  /** Refined pictures kept for the discriminator, as bytes in memory. 0: none, else half a batch at least. Default 512. */
  readonly historySize: number;
  /**
   * First steps in which only the refiner learns, from the self-regularisation term alone. `live` 0, `paper` and `paper-hands` 1000, `seed`
   * 2000.
   */
  readonly pretrainRefiner: number;
  /** Steps after those in which only the discriminator learns. `live` 0, others 200. */
  readonly pretrainDiscriminator: number;
  /** Feature maps of the refiner. `live` 32 at a quarter of the size, others 64, `seed` up to 8 times that. */
  readonly refinerMaps: number;
  /** Residual blocks of the refiner: `live` 2, `paper` 4, `paper-hands` 10; `seed` has none: 0. */
  readonly refinerBlocks: number;
  /** Feature maps of the discriminator's first layer. `live` and `seed` 32, `paper` and `paper-hands` 96. */
  readonly discriminatorMaps: number;
}

/** Values that a preset decides. */
type Defaults = Omit<SimganConfig, 'recipe' | 'preset' | 'seed'>;

const COMMON = {
  ...COMMON_OPTIONS,
  width: 64,
  height: 64,
  lambda: 0.5,
  tone: 'kept',
  structure: 0,
  eyes: 0,
  toneMatch: 0,
  detailMatch: 0,
  kG: 1,
  kD: 1,
  loss: 'local',
  historySize: 512,
} as const;

export const PRESETS: Readonly<Record<SimganPreset, Defaults>> = {
  live: {
    ...COMMON,
    tone: 'free',
    structure: 12,
    eyes: 6,
    toneMatch: 100,
    detailMatch: 30,
    learningRate: 5e-4,
    discriminatorPace: 4,
    pretrainRefiner: 0,
    pretrainDiscriminator: 0,
    refinerMaps: 32,
    refinerBlocks: 2,
    discriminatorMaps: 32,
  },
  paper: {
    ...COMMON,
    kG: 2,
    pretrainRefiner: 1000,
    pretrainDiscriminator: 200,
    refinerMaps: 64,
    refinerBlocks: 4,
    discriminatorMaps: 96,
  },
  seed: {
    ...COMMON,
    pretrainRefiner: 2000,
    pretrainDiscriminator: 200,
    refinerMaps: 64,
    refinerBlocks: 0,
    discriminatorMaps: 32,
  },
  'paper-hands': {
    ...COMMON,
    width: 224,
    height: 224,
    batch: 4,
    kG: 2,
    pretrainRefiner: 1000,
    pretrainDiscriminator: 200,
    refinerMaps: 64,
    refinerBlocks: 10,
    discriminatorMaps: 96,
  },
};

/** The presets' names, the default first. */
export const SIMGAN_PRESETS = Object.keys(PRESETS) as readonly SimganPreset[];

/** Of each preset: what sides are multiples of, and the least one. */
const SIDES: Readonly<Record<SimganPreset, readonly [step: number, low: number]>> = {
  live: [LIVE_STEP, 24],
  paper: [1, 8],
  seed: [2 ** SEED_HALVINGS, 32],
  'paper-hands': [1, 32],
};

const side: Check = (value, config) => {
  const [step, low] = SIDES[config.preset as SimganPreset] ?? [1, 1];
  const allowed = sideOf(step, low)(value, config);
  return allowed && `${allowed} in preset ${config.preset}`;
};

export const CHECKS: Readonly<Record<string, Check>> = {
  ...COMMON_CHECKS,
  width: side,
  height: side,
  lambda: number(0, 1e6),
  tone: oneOf('free', 'kept'),
  structure: number(0, 1e6),
  eyes: number(0, 1e6),
  toneMatch: number(0, 1e6),
  detailMatch: number(0, 1e6),
  kG: (value, config) =>
    config.preset === 'seed' && Number(value) > 8
      ? 'at most 8 in preset seed: batch norm collapses beyond'
      : integer(1, 100)(value, config),
  kD: integer(1, 100),
  loss: oneOf('local', 'global'),
  historySize: (value, config) =>
    value === 0 ? undefined : integer(Math.max(1, Math.floor(Number(config.batch) / 2)), 1_000_000)(value, config),
  pretrainRefiner: integer(0, 1e9),
  pretrainDiscriminator: integer(0, 1e9),
  refinerMaps: integer(1, 512),
  refinerBlocks: (value, config) =>
    config.preset === 'seed' ? (value === 0 ? undefined : '0 in preset seed') : integer(0, 64)(value, config),
  discriminatorMaps: integer(1, 512),
};

const TABLE: OptionTable = { recipe: 'simgan', presets: PRESETS, checks: CHECKS };

/** Options that decide what a checkpoint holds. Others, such as λ or the learning rate, may change between two runs. */
export const SIMGAN_FIXED = [
  ...COMMON_FIXED,
  'historySize',
  'refinerMaps',
  'refinerBlocks',
  'discriminatorMaps',
] as const;

/** See {@link configured}. */
export function configureSimgan(preset: string, overrides: Readonly<Record<string, unknown>> = {}): SimganConfig {
  return configured(TABLE, preset, overrides);
}

/** See {@link parsed}. */
export function parseSimganConfig(config: RecipeConfig): SimganConfig {
  return parsed(TABLE, config);
}
