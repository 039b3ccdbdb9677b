/** The options of SimGAN, their presets and their limits. */
import { IrisflowError } from '../../../errors.js';
import { OBJECTIVES, type ObjectiveName } from '../../losses/objectives.js';
import { LIVE_STEP } from '../../networks/live.js';
import { SEED_HALVINGS } from '../../networks/seed.js';
import type { RecipeConfig } from '../../types.js';

/** Which networks: `live` learns beside a running video, `paper` is the paper's, `seed` a DCGAN auto-encoder. */
export type SimganPreset = 'live' | 'paper' | 'seed';

/** Everything that decides how SimGAN is built and trained. */
export interface SimganConfig extends RecipeConfig {
  readonly recipe: 'simgan';
  readonly preset: SimganPreset;
  /** Picture columns. `live`: a multiple of 4, 24 at least; `paper`: 8 at least; `seed`: a multiple of 16, 32 at least. Default 64. */
  readonly width: number;
  /** Picture rows, with the limits of `width`. Default 64. */
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
   * follow the real footage. `kept`: it compares the pictures as they are, as in the paper. Default: `live` free, `paper` and
   * `seed` kept.
   */
  readonly tone: 'free' | 'kept';
  /**
   * Weight, inside the self-regularisation term, of mean |d(R(x)) − d(x)| with d a soft map of what is dark (`structureLoss`): it keeps
   * iris, lids and brow where they are, and leaves the shading of skin free. 0: the pictures themselves alone are compared, as in
   * the paper. Default: `live` 12, `paper` and `seed` 0. Larger holds irises better and makes patches easier to tell from real
   * ones; irises much larger than those of the footage still shrink.
   */
  readonly structure: number;
  /** K_g: refiner updates a step. Default 1; `paper` 2. At most 8 with batch norm (`seed`), which collapses beyond. */
  readonly kG: number;
  /** K_d: discriminator updates a step. Default 1. */
  readonly kD: number;
  /** Pictures of each kind an update sees. Default 16. */
  readonly batch: number;
  /** `adam` (β₁ 0.5, β₂ 0.999) or `sgd`. Default `adam`: the paper's plain descent belongs to its summed losses. */
  readonly optimiser: 'adam' | 'sgd';
  /** Step size of the refiner's optimiser. Default: `live` 5e-4, `paper` and `seed` 2e-4. */
  readonly learningRate: number;
  /**
   * The discriminator's step size is `learningRate` times this (Heusel et al., "GANs Trained by a Two Time-Scale Update Rule", NeurIPS
   * 2017). Default: `live` 2, `paper` and `seed` 1.
   */
  readonly discriminatorPace: number;
  /**
   * Refinement uses a running average of the refiner's weights, which swings less than they do: what each refiner update leaves of
   * the average before it. 0: the weights as they are. Default 0.99 (Yazıcı et al., "The Unusual Effectiveness of Averaging in GAN
   * Training", ICLR 2019).
   */
  readonly averaging: number;
  /** Brake: gradients of a network are scaled down together to this L2 norm. 0: no limit. Default 10, which healthy steps do not reach. */
  readonly clipNorm: number;
  /** Brake: an update whose loss or gradient is not finite changes nothing and is counted. Default true. */
  readonly refuseNonFinite: boolean;
  /** Brake: after so many refused updates in a row the last good weights come back. 0: never. Default 10. */
  readonly rollbackAfter: number;
  /** Brake: a discriminator that is far too strong pauses, and the refiner while it is far too weak (see `Balance`). Default true. */
  readonly balance: boolean;
  /** Steps between measurements on held-out pictures. 0: none are made, and nobody can say whether it learns. Default 20. */
  readonly checkEvery: number;
  /**
   * What the two networks play for (see `OBJECTIVES` for formulas). Default `non-saturating`, the loss of the SimGAN paper.
   * - `non-saturating`: cross-entropy; the refiner lowers −log(1 − D(R(x))). Goodfellow et al., NIPS 2014, section 3
   * - `minimax`: cross-entropy; the refiner lowers log D(R(x)), whose gradient fades while the discriminator is sure. Ibid., equation 1
   * - `least-squares`: squared distance from the labels. Mao et al., ICCV 2017
   * - `hinge`: margins of 1. Lim and Ye, arXiv 1705.02894; Miyato et al., ICLR 2018
   * - `wasserstein-gp`: difference of means, with a gradient penalty of weight 10 at each discriminator update, which makes a step of
   *   `live` about a fifth longer. Gulrajani et al., NIPS 2017
   *
   * `lambda` is weighed against this loss, whose pull differs: at chance `non-saturating` and `minimax` have a slope of ½ a logit, all
   * others 1. A Wasserstein critic's own slope is held at 1, which is steep: expect gradient norms beyond `clipNorm`, and more change
   * than with the others at the same `lambda`.
   */
  readonly objective: ObjectiveName;
  /**
   * Share of their label that real pictures lose, 0 to 0.49: 0.1 teaches the discriminator to be 90 % sure of them and no more. Refined
   * ones keep theirs (one-sided; Salimans et al., "Improved Techniques for Training GANs", NIPS 2016). Default 0. Only where the
   * objective has labels: not with `hinge` and `wasserstein-gp`.
   */
  readonly labelSmoothing: number;
  /**
   * Divides each kernel of the discriminator by its largest singular value, by one power iteration an update (Miyato et al., ICLR
   * 2018). Decides what a checkpoint holds. Default false.
   */
  readonly spectralNorm: boolean;
  /** `local`: the objective of each patch's logit; `global`: of each picture's mean logit. Default `local`. */
  readonly loss: 'local' | 'global';
  /** Refined pictures kept for the discriminator, as bytes in memory. 0: none, else half a batch at least. Default 512. */
  readonly historySize: number;
  /** First steps in which only the refiner learns, from the self-regularisation term alone. `live` 0, `paper` 1000, `seed` 2000. */
  readonly pretrainRefiner: number;
  /** Steps after those in which only the discriminator learns. `live` 0, `paper` and `seed` 200. */
  readonly pretrainDiscriminator: number;
  /** Feature maps of the refiner. `live` 32 at a quarter of the size, `paper` 64, `seed` 64 (and up to 8 times that). */
  readonly refinerMaps: number;
  /** Residual blocks of the refiner: `live` 2, `paper` 4; `seed` has none: 0. */
  readonly refinerBlocks: number;
  /** Feature maps of the discriminator's first layer. `live` 24, `paper` 96, `seed` 32. */
  readonly discriminatorMaps: number;
}

/** Values that a preset decides. */
type Defaults = Omit<SimganConfig, 'recipe' | 'preset' | 'width' | 'height' | 'seed'>;

const COMMON = {
  lambda: 0.5,
  tone: 'kept',
  structure: 0,
  kG: 1,
  kD: 1,
  batch: 16,
  optimiser: 'adam',
  learningRate: 2e-4,
  discriminatorPace: 1,
  averaging: 0.99,
  clipNorm: 10,
  refuseNonFinite: true,
  rollbackAfter: 10,
  balance: true,
  checkEvery: 20,
  objective: 'non-saturating',
  labelSmoothing: 0,
  spectralNorm: false,
  loss: 'local',
  historySize: 512,
} as const;

const PRESETS: Readonly<Record<SimganPreset, Defaults>> = {
  live: {
    ...COMMON,
    tone: 'free',
    structure: 12,
    learningRate: 5e-4,
    discriminatorPace: 2,
    pretrainRefiner: 0,
    pretrainDiscriminator: 0,
    refinerMaps: 32,
    refinerBlocks: 2,
    discriminatorMaps: 24,
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
};

/** The presets' names, the default first. */
export const SIMGAN_PRESETS = Object.keys(PRESETS) as readonly SimganPreset[];

type Check = (value: unknown, config: SimganConfig) => string | undefined;

const integer =
  (low: number, high: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= low && (value as number) <= high
      ? undefined
      : `an integer from ${low} to ${high}`;

const number =
  (low: number, high: number): Check =>
  (value) =>
    typeof value === 'number' && value >= low && value <= high ? undefined : `a number from ${low} to ${high}`;

const oneOf =
  (...allowed: readonly string[]): Check =>
  (value) =>
    allowed.includes(value as string) ? undefined : `one of ${allowed.join(', ')}`;

const toggle: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');

const side: Check = (value, { preset }) => {
  const [step, low] = preset === 'live' ? [LIVE_STEP, 24] : preset === 'paper' ? [1, 8] : [2 ** SEED_HALVINGS, 32];
  const fits = Number.isInteger(value) && (value as number) % step === 0 && (value as number) >= low;
  return fits && (value as number) <= 1024
    ? undefined
    : `a multiple of ${step} from ${low} to 1024 in preset ${preset}`;
};

const CHECKS: Readonly<Record<string, Check>> = {
  recipe: oneOf('simgan'),
  preset: oneOf(...SIMGAN_PRESETS),
  width: side,
  height: side,
  seed: (value) => (Number.isSafeInteger(value) ? undefined : 'an integer'),
  lambda: number(0, 1e6),
  tone: oneOf('free', 'kept'),
  structure: number(0, 1e6),
  kG: (value, config) =>
    config.preset === 'seed' && Number(value) > 8
      ? 'at most 8 in preset seed: batch norm collapses beyond'
      : integer(1, 100)(value, config),
  kD: integer(1, 100),
  batch: integer(1, 1024),
  optimiser: oneOf('adam', 'sgd'),
  learningRate: number(1e-9, 10),
  discriminatorPace: number(0.001, 1000),
  averaging: number(0, 0.99999),
  clipNorm: number(0, 1e9),
  refuseNonFinite: toggle,
  rollbackAfter: integer(0, 1e9),
  balance: toggle,
  checkEvery: integer(0, 1e9),
  objective: oneOf(...Object.keys(OBJECTIVES)),
  labelSmoothing: (value, { objective }) =>
    value !== 0 && OBJECTIVES[objective]?.labels === false
      ? `0 with objective ${objective}, which has no labels to smooth`
      : number(0, 0.49)(value, {} as SimganConfig),
  spectralNorm: toggle,
  loss: oneOf('local', 'global'),
  historySize: (value, { batch }) =>
    value === 0 ? undefined : integer(Math.max(1, Math.floor(batch / 2)), 1_000_000)(value, {} as SimganConfig),
  pretrainRefiner: integer(0, 1e9),
  pretrainDiscriminator: integer(0, 1e9),
  refinerMaps: integer(1, 512),
  refinerBlocks: (value, config) =>
    config.preset === 'seed' ? (value === 0 ? undefined : '0 in preset seed') : integer(0, 64)(value, config),
  discriminatorMaps: integer(1, 512),
};

/**
 * A full configuration from a preset and overrides. Options that are `undefined` take the preset's value.
 * Throws `USAGE`, naming the option, its value and what is allowed.
 */
export function configureSimgan(preset: string, overrides: Readonly<Record<string, unknown>> = {}): SimganConfig {
  const defaults = Object.hasOwn(PRESETS, preset) ? PRESETS[preset as SimganPreset] : undefined;
  if (defaults === undefined) throw wrong('preset', preset, `one of ${SIMGAN_PRESETS.join(', ')}`);
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  return checked({ width: 64, height: 64, seed: 1, ...defaults, ...given, recipe: 'simgan', preset });
}

/** Reads a configuration that was written as JSON. Throws `USAGE` like {@link configureSimgan}. */
export function parseSimganConfig(config: RecipeConfig): SimganConfig {
  if (config.recipe !== 'simgan') throw wrong('recipe', config.recipe, 'simgan');
  const { recipe: _recipe, preset, ...rest } = config;
  return configureSimgan(preset, rest);
}

function checked(config: Record<string, unknown>): SimganConfig {
  for (const [name, value] of Object.entries(config)) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
    if (check === undefined)
      throw wrong(name, value, `no option of simgan; its options are ${Object.keys(CHECKS).join(', ')}`);
    const allowed = check(value, config as SimganConfig);
    if (allowed !== undefined) throw wrong(name, value, allowed);
  }
  return config as SimganConfig;
}

function wrong(name: string, value: unknown, allowed: string): IrisflowError {
  const shown = JSON.stringify(value) ?? String(value);
  return new IrisflowError('USAGE', `simgan: option ${name} is ${shown.slice(0, 100)}, must be ${allowed}`);
}
