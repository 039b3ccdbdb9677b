/** Makes a recipe of a game: its options, its training, and its generator ready to run. */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { DefaultedRecord } from '../../options/option.js';
import type { CommonOptions } from '../options/common.js';
import { type ConfigOf, configured, fixedOptions, parsed } from '../options/configure.js';
import type {
  InputKind,
  MaterialKind,
  Recipe,
  RecipeConfig,
  RecipeInputs,
  RefiningRecipe,
  SamplingRecipe,
} from '../types.js';
import { AdversarialTraining } from './adversarial-training.js';
import { type Game, networksIn, playersOf, rulesOf, withSpectralNorm } from './game.js';
import type { Play } from './play.js';
import { generatorWeightsIn } from './restore.js';
import type { Rules } from './rules.js';
import { createEnlarger, type EnlargerParts } from './running-enlarger.js';
import { createRefiner, createSampler } from './running-generator.js';

/** Options of a recipe: all common ones (see `adversarialOptions`) and its own. */
type Options = CommonOptions;

interface Definition<R extends Options, C = ConfigOf<R>> {
  readonly name: string;
  /** One line: what it does, and who described it. */
  readonly description: string;
  readonly learnsFrom: MaterialKind;
  /** Whether refined pictures must show what their inputs show. Default false. */
  readonly keepsPicture?: boolean;
  /**
   * What made pictures are compared with besides real ones (see `Rules.control`). Default: their inputs where there are some, else double
   * exposures.
   */
  readonly control?: Rules['control'];
  readonly inputs?: RecipeInputs;
  /** Steps in which it comes to show what it can, where presets differ by configuration. Default 1000. */
  readonly steps?: number | ((config: C) => number);
  /** Options that hold the generator to what its pictures must show, larger ones more: for advice. Default: none. */
  readonly holds?: readonly (keyof R & string)[];
  /** Which input the refiner is for. Default: the synthetic one. */
  refines?(config: C): InputKind;
  /** The names of its presets, the default first. What they change is said by its options. */
  readonly presets: readonly string[];
  /** All its options: the common ones, `width` and `height` (see `adversarialOptions`, `pictureSize`), and its own. */
  readonly options: R;
  game(config: C): Game;
}

/** A recipe whose generator makes pictures of pictures. */
export interface RefiningDefinition<R extends Options, C = ConfigOf<R>> extends Definition<R> {
  /** `x`: pictures `[count, height, width, 3]` in [−1, 1]; the result has the same shape and range. */
  refine(play: Play, x: Tensor4D, config: C): Tensor4D;
  /** How its generator makes pictures of any size larger, where it can. */
  enlarge?(config: C): Omit<EnlargerParts, 'networks'>;
}

/** A recipe whose generator makes pictures of noise. */
export interface SamplingDefinition<R extends Options, C = ConfigOf<R>> extends Definition<R> {
  noiseSize(config: C): number;
  /** Classes that it takes as labels. Default 0: none. */
  classes?(config: C): number;
  /** `noise` `[count, noiseSize]`, `labels` `[count, classes]`, one-hot; the result `[count, height, width, 3]`. */
  sample(play: Play, noise: Tensor, labels: Tensor | undefined, config: C): Tensor4D;
}

/**
 * Makes a recipe. A module that exports one by default can be named by its path wherever a recipe's name can.
 *
 * In `game` the generators are the players of that role.
 */
export function defineRecipe<R extends Options>(definition: RefiningDefinition<R>): RefiningRecipe;
export function defineRecipe<R extends Options>(definition: SamplingDefinition<R>): SamplingRecipe;
export function defineRecipe<R extends Options>(definition: RefiningDefinition<R> | SamplingDefinition<R>): Recipe {
  type C = ConfigOf<R>;
  const { name, description, learnsFrom, keepsPicture = false, inputs, holds, steps, refines } = definition;
  const game = (config: C): Game => {
    const played = definition.game(config);
    return config.spectralNorm ? withSpectralNorm(played) : played;
  };
  const samples = 'sample' in definition;
  const { presets, options } = definition;
  const table = { recipe: name, presets, options };
  const read = (config: RecipeConfig): C => parsed(table, config);
  const classesOf = (config: C) => (samples ? (definition.classes?.(config) ?? 0) : 0);
  const fallback = samples || learnsFrom === 'pictures' ? 'double-exposure' : 'synthetic';
  const { control = fallback } = definition;
  const generatorsOf = (config: C) => {
    const played = game(config);
    const networks = networksIn(played);
    return Object.fromEntries(playersOf(played, 'generator').map((player) => [player, networks[player] as never]));
  };
  const recipe: Recipe = {
    name,
    description,
    presets,
    options: options as unknown as DefaultedRecord,
    learnsFrom,
    keepsPicture,
    ...(inputs && { inputs }),
    ...(holds && { holds }),
    ...(steps && { steps: (config) => (typeof steps === 'number' ? steps : steps(read(config))) }),
    ...(refines && { refines: (config) => refines(read(config)) }),
    configure: (preset, overrides) => configured(table, preset, overrides),
    async createTraining(engine, config, checkpoint) {
      const full = read(config);
      const fixed = fixedOptions(table);
      const settings = { fixed, control, refines: refines?.(full) ?? 'synthetic', keepsPicture } as const;
      const rules = rulesOf(game(full), full, { ...settings, classes: classesOf(full) });
      return AdversarialTraining.create(engine, rules, checkpoint);
    },
    generatorWeights(checkpoint) {
      return generatorWeightsIn(checkpoint, playersOf(game(read(checkpoint.config)), 'generator'));
    },
  };
  if (samples) {
    return {
      ...recipe,
      async createSampler(engine, config, weights, options) {
        const full = read(config);
        const parts = {
          networks: generatorsOf(full),
          noiseSize: definition.noiseSize(full),
          classes: classesOf(full),
          generate: (play: Play, noise: Tensor, labels?: Tensor) => definition.sample(play, noise, labels, full),
        };
        return createSampler(engine, full, parts, weights, options);
      },
    };
  }
  const { enlarge } = definition;
  return {
    ...recipe,
    async createRefiner(engine, config, weights, options) {
      const full = read(config);
      const parts = {
        networks: generatorsOf(full),
        generate: (play: Play, x: Tensor4D) => definition.refine(play, x, full),
      };
      return createRefiner(engine, full, parts, weights, options);
    },
    ...(enlarge && {
      async createEnlarger(engine, config, weights) {
        const full = read(config);
        const parts = { networks: generatorsOf(full), ...enlarge(full) };
        return createEnlarger(engine, full, parts, weights);
      },
    }),
  };
}
