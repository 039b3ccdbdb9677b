/** Makes a recipe of its options and its training definition: its training, and its generator ready to run. */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { IrisflowError } from '../../errors.js';
import { OBJECTIVES } from '../losses/objectives.js';
import type {
  ControlKind,
  InputKind,
  Recipe,
  RecipeConfig,
  RecipeInputs,
  RecipeTraits,
  RefiningRecipe,
  SamplingRecipe,
} from '../types.js';
import { AdversarialTraining } from './adversarial-training.js';
import type { Apply } from './apply.js';
import {
  type AdversarialConfig,
  type Check,
  COMMON,
  COMMON_CHECKS,
  COMMON_FIXED,
  configured,
  type OptionTable,
  parsed,
} from './config.js';
import { networkNames, type TrainingDefinition } from './definition.js';
import { generatorWeightsIn } from './restore.js';
import { createEnlarger, type EnlargerParts } from './running-enlarger.js';
import { createRefiner, createSampler } from './running-generator.js';

const CONTROLS: readonly ControlKind[] = ['inputs', 'baseline', 'double-exposures'];

/** What only training needs, such as a network that was trained by others and is not changed. */
export interface Disposable {
  dispose(): void;
}

interface Definition<C extends AdversarialConfig, Opened extends Disposable> extends RecipeTraits {
  readonly name: string;
  /** One line: what it does, and who described it. */
  readonly description: string;
  readonly inputs?: RecipeInputs;
  /** Steps in which it comes to show what it can, where presets differ by configuration. Default 1000. */
  readonly steps?: number | ((config: C) => number);
  readonly holds?: readonly (keyof C & string)[];
  /** Which input the refiner is for. Default: the synthetic one. */
  refines?(config: C): InputKind;
  /** See {@link Recipe.suiting}. */
  readonly suiting?: Recipe['suiting'];
  /** The values of each preset, the default first: the recipe's own options, `width` and `height`, and common ones that differ. */
  readonly presets: Readonly<Record<string, Partial<C> & Pick<C, 'width' | 'height'>>>;
  /** Limits of its own options, `width` and `height` included. */
  readonly checks: Readonly<Record<string, Check>>;
  /** Those of its own options that decide what a checkpoint holds. */
  readonly fixed: readonly string[];
  /** Objectives that it can learn by. Default: all. */
  readonly objectives?: readonly string[];
  /** Opens what training alone needs; it is disposed of with the training. */
  open?(config: C): Promise<Opened | undefined>;
  /** What is trained, and how. `opened` is there in training, where {@link open} gave something. */
  training(config: C, opened?: Opened): TrainingDefinition;
}

/** A recipe whose generator makes pictures of pictures. */
export interface RefiningDefinition<C extends AdversarialConfig, Opened extends Disposable = Disposable>
  extends Definition<C, Opened> {
  /** `x`: pictures `[count, height, width, 3]` in [−1, 1]; the result has the same shape and range. */
  refine(apply: Apply, x: Tensor4D, config: C): Tensor4D;
  /** How its generator makes pictures of any size larger, where it can. */
  enlarge?(config: C): Omit<EnlargerParts, 'networks'>;
}

/** A recipe whose generator makes pictures of noise. */
export interface SamplingDefinition<C extends AdversarialConfig, Opened extends Disposable = Disposable>
  extends Definition<C, Opened> {
  noiseSize(config: C): number;
  /** Classes that it takes as labels. Default 0: none. */
  classes?(config: C): number;
  /** `noise` `[count, noiseSize]`, `labels` `[count, classes]`, one-hot; the result `[count, height, width, 3]`. */
  sample(apply: Apply, noise: Tensor, labels: Tensor | undefined, config: C): Tensor4D;
}

/**
 * Makes a recipe. A module that exports one by default can be named by its path wherever a recipe's name can. Throws `USAGE` where it
 * declares no control.
 *
 * Options of every recipe (see `AdversarialConfig`) are added to its own; the weights that inference needs are those of its
 * networks with the role `generator`.
 */
export function defineRecipe<C extends AdversarialConfig, Opened extends Disposable = Disposable>(
  definition: RefiningDefinition<C, Opened>,
): RefiningRecipe;
export function defineRecipe<C extends AdversarialConfig, Opened extends Disposable = Disposable>(
  definition: SamplingDefinition<C, Opened>,
): SamplingRecipe;
export function defineRecipe<C extends AdversarialConfig, Opened extends Disposable = Disposable>(
  definition: RefiningDefinition<C, Opened> | SamplingDefinition<C, Opened>,
): Recipe {
  const { name, description, learnsFrom, keepsPicture, control, inputs, holds, steps, refines, suiting } = definition;
  const traits: RecipeTraits = { learnsFrom, keepsPicture, control, ...(holds && { holds }) };
  if (!CONTROLS.includes(control)) {
    const message = `the recipe ${name} declares the control ${String(control)}: it must be one of ${CONTROLS.join(', ')}`;
    throw new IrisflowError('USAGE', message);
  }
  const samples = 'sample' in definition;
  const { objectives = Object.keys(OBJECTIVES) } = definition;
  const objective: Check = (value) =>
    objectives.includes(value as string) ? undefined : `one of ${objectives.join(', ')}`;
  const table: OptionTable = {
    recipe: name,
    presets: Object.fromEntries(
      Object.entries(definition.presets).map(([preset, values]) => [preset, { ...COMMON, ...values }]),
    ),
    checks: { ...COMMON_CHECKS, objective, ...definition.checks },
  };
  const read = (config: RecipeConfig): C => parsed(table, config);
  const classesOf = (config: C) => (samples ? (definition.classes?.(config) ?? 0) : 0);
  const generatorsOf = (config: C) => {
    const parts = definition.training(config);
    const names = networkNames(parts, 'generator');
    return Object.fromEntries(names.map((generator) => [generator, parts.networks[generator]?.network as never]));
  };
  const recipe: Recipe = {
    name,
    description,
    presets: Object.keys(table.presets),
    ...traits,
    ...(inputs && { inputs }),
    ...(suiting && { suiting }),
    ...(steps && { steps: (config) => (typeof steps === 'number' ? steps : steps(read(config))) }),
    ...(refines && { refines: (config) => refines(read(config)) }),
    configure: (preset, overrides) => configured(table, preset, overrides),
    async createTraining(engine, config, checkpoint) {
      const full = read(config);
      const opened = await definition.open?.(full);
      try {
        const parts = {
          ...traits,
          config: full,
          fixed: [...COMMON_FIXED, ...definition.fixed],
          definition: definition.training(full, opened),
          refines: refines?.(full) ?? 'synthetic',
          classes: classesOf(full),
          ...(opened && { release: () => opened.dispose() }),
        };
        return await AdversarialTraining.create(engine, parts, checkpoint);
      } catch (error) {
        opened?.dispose();
        throw error;
      }
    },
    generatorWeights(checkpoint) {
      const { recipe: owner } = checkpoint.config;
      if (owner !== name)
        throw new IrisflowError('CHECKPOINT', `the checkpoint is of the recipe ${owner}, not of ${name}`);
      return generatorWeightsIn(checkpoint, networkNames(definition.training(read(checkpoint.config)), 'generator'));
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
          generate: (apply: Apply, noise: Tensor, labels?: Tensor) => definition.sample(apply, noise, labels, full),
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
        generate: (apply: Apply, x: Tensor4D) => definition.refine(apply, x, full),
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
