/** Options that every adversarial recipe has, their defaults and their limits; and how a recipe's own are added. */
import { IrisflowError } from '../../errors.js';
import { OBJECTIVES, type ObjectiveName } from '../losses/objectives.js';
import type { RecipeConfig } from '../types.js';

/** Options of every adversarial recipe. */
export interface AdversarialConfig extends RecipeConfig {
  /** Pictures of each kind an update sees. Default 16. */
  readonly batch: number;
  /** `adam` (β₁ 0.5, β₂ 0.999) or `sgd`. Default `adam`. */
  readonly optimiser: 'adam' | 'sgd';
  /** Step size of the generator's optimiser (SimGAN: of the refiner's). */
  readonly learningRate: number;
  /**
   * The discriminator's step size is `learningRate` times this (Heusel et al., "GANs Trained by a Two Time-Scale Update Rule", NeurIPS
   * 2017). Default 1.
   */
  readonly discriminatorPace: number;
  /**
   * Refinement and samples use a running average of the generator's weights, which swings less than they do: what each generator update
   * leaves of the average before it. 0: the weights as they are. Default 0.99 (Yazıcı et al., "The Unusual Effectiveness of
   * Averaging in GAN Training", ICLR 2019).
   */
  readonly averaging: number;
  /** Brake: gradients of an update are scaled down together to this L2 norm. 0: no limit. Default 10, which healthy steps do not reach. */
  readonly clipNorm: number;
  /** Brake: an update whose loss or gradient is not finite changes nothing and is counted. Default true. */
  readonly refuseNonFinite: boolean;
  /** Brake: after so many refused updates in a row the last good weights come back. 0: never. Default 10. */
  readonly rollbackAfter: number;
  /** Brake: a discriminator that is far too strong pauses, and the generator while it is far too weak (see `Balance`). Default true. */
  readonly balance: boolean;
  /** Steps between measurements on held-out pictures. 0: none are made, and nobody can say whether it learns. Default 20. */
  readonly checkEvery: number;
  /**
   * What the networks play for (see `OBJECTIVES` for formulas). Default `non-saturating`, where a recipe does not say otherwise.
   * - `non-saturating`: cross-entropy; the generator lowers −log(1 − D(G)). Goodfellow et al., NIPS 2014, section 3
   * - `minimax`: cross-entropy; the generator lowers log D(G), whose gradient fades while the discriminator is sure. Ibid., equation 1
   * - `least-squares`: squared distance from the labels. Mao et al., ICCV 2017
   * - `hinge`: margins of 1. Lim and Ye, arXiv 1705.02894; Miyato et al., ICLR 2018
   * - `wasserstein-gp`: difference of means, with a gradient penalty of weight 10 at each discriminator update. Gulrajani et al., NIPS
   *   2017
   *
   * Weights of other losses are weighed against this one, whose pull differs: at chance `non-saturating` and `minimax` have a slope of
   * ½ a logit, all others 1. A Wasserstein critic's own slope is held at 1, which is steep: expect gradient norms beyond
   * `clipNorm`, and more change than with the others at the same weights.
   */
  readonly objective: ObjectiveName;
  /**
   * Share of their label that real pictures lose, 0 to 0.49: 0.1 teaches the discriminator to be 90 % sure of them and no more. Made
   * ones keep theirs (one-sided; Salimans et al., "Improved Techniques for Training GANs", NIPS 2016). Default 0. Only where the
   * objective has labels: not with `hinge` and `wasserstein-gp`.
   */
  readonly labelSmoothing: number;
  /**
   * Divides each kernel of the discriminator by its largest singular value, by one power iteration an update (Miyato et al., ICLR
   * 2018). Decides what a checkpoint holds. Default false.
   */
  readonly spectralNorm: boolean;
}

/** Defaults of {@link AdversarialConfig}. */
export const COMMON = {
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
} as const satisfies Omit<AdversarialConfig, keyof RecipeConfig>;

/** What is allowed, in words, where a value is not; `undefined` where it is. */
export type Check = (value: unknown, config: Readonly<Record<string, unknown>>) => string | undefined;

/** A whole number within bounds. */
export const integer =
  (low: number, high: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= low && (value as number) <= high
      ? undefined
      : `an integer from ${low} to ${high}`;

/** A number within bounds. */
export const number =
  (low: number, high: number): Check =>
  (value) =>
    typeof value === 'number' && value >= low && value <= high ? undefined : `a number from ${low} to ${high}`;

/** One of these words. */
export const oneOf =
  (...allowed: readonly string[]): Check =>
  (value) =>
    allowed.includes(value as string) ? undefined : `one of ${allowed.join(', ')}`;

/** True or false. */
export const toggle: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');

/** A side of a picture: a multiple of `step` from `low` to 1024 pixels. */
export const side =
  (step: number, low: number): Check =>
  (value) =>
    integer(low, 1024)(value, {}) === undefined && (value as number) % step === 0
      ? undefined
      : `a multiple of ${step} from ${low} to 1024`;

/** Limits of the common options. */
export const COMMON_CHECKS: Readonly<Record<string, Check>> = {
  seed: (value) => (Number.isSafeInteger(value) ? undefined : 'an integer'),
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
  labelSmoothing: (value, config) => {
    const { objective } = config as { objective: ObjectiveName };
    return value !== 0 && OBJECTIVES[objective]?.labels === false
      ? `0 with objective ${objective}, which has no labels to smooth`
      : number(0, 0.49)(value, config);
  },
  spectralNorm: toggle,
};

/** Options that decide what a checkpoint of any recipe holds. */
export const COMMON_FIXED = ['recipe', 'preset', 'width', 'height', 'optimiser', 'spectralNorm'] as const;

/** A recipe's options: the values of each preset, and what is allowed. */
export interface OptionTable {
  readonly recipe: string;
  /** All values of each preset but `recipe`, `preset` and `seed`; the default preset first. */
  readonly presets: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Limits of each option, the common ones and `width` and `height` included. */
  readonly checks: Readonly<Record<string, Check>>;
}

/**
 * A full configuration from a preset and overrides. Options that are `undefined` take the preset's value.
 * Throws `USAGE`, naming the option, its value and what is allowed.
 */
export function configured<C extends RecipeConfig>(
  { recipe, presets, checks }: OptionTable,
  preset: string,
  overrides: Readonly<Record<string, unknown>>,
): C {
  const names = Object.keys(presets);
  const defaults = Object.hasOwn(presets, preset) ? presets[preset] : undefined;
  if (defaults === undefined) throw wrong(recipe, 'preset', preset, `one of ${names.join(', ')}`);
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const config = { seed: 1, ...defaults, ...given, recipe, preset };
  const known: Readonly<Record<string, Check>> = { ...checks, recipe: oneOf(recipe), preset: oneOf(...names) };
  for (const [name, value] of Object.entries(config)) {
    const check = Object.hasOwn(known, name) ? known[name] : undefined;
    if (check === undefined) {
      const message = `${recipe} has no option ${name}; its options are ${Object.keys(known).join(', ')}`;
      throw new IrisflowError('USAGE', message);
    }
    const allowed = check(value, config);
    if (allowed !== undefined) throw wrong(recipe, name, value, allowed);
  }
  return config as unknown as C;
}

/** Reads a configuration that was written as JSON. Throws `USAGE` like {@link configured}. */
export function parsed<C extends RecipeConfig>(table: OptionTable, config: RecipeConfig): C {
  if (config.recipe !== table.recipe) throw wrong(table.recipe, 'recipe', config.recipe, table.recipe);
  const { recipe: _recipe, preset, ...rest } = config;
  return configured(table, preset, rest);
}

function wrong(recipe: string, name: string, value: unknown, allowed: string): IrisflowError {
  const shown = JSON.stringify(value) ?? String(value);
  return new IrisflowError('USAGE', `${recipe}: option ${name} is ${shown.slice(0, 100)}, must be ${allowed}`);
}
