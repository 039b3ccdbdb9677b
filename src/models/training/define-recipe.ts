/** Makes a recipe of its options and its training definition: its training, and its generator ready to run. */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { IrisflowError } from '../../errors.js';
import type { DefaultedRecord } from '../../options/option.js';
import type { CommonOptions } from '../options/common.js';
import { type ConfigOf, configured, fixedOptions, parsed } from '../options/configure.js';
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
import { networkNames, type TrainingDefinition } from './definition.js';
import { generatorWeightsIn } from './restore.js';
import { createEnlarger, type EnlargerParts } from './running-enlarger.js';
import { createRefiner, createSampler } from './running-generator.js';

const CONTROLS: readonly ControlKind[] = ['inputs', 'baseline', 'double-exposures'];

/** What only training needs, such as a network that was trained by others and is not changed. */
export interface Disposable {
  dispose(): void;
}

interface Definition<R extends CommonOptions, Opened extends Disposable, C = ConfigOf<R>> extends RecipeTraits {
  readonly name: string;
  /** One line: what it does, and who described it. */
  readonly description: string;
  readonly inputs?: RecipeInputs;
  /** Steps in which it comes to show what it can, where presets differ by configuration. Default 1000. */
  readonly steps?: number | ((config: C) => number);
  readonly holds?: readonly (keyof R & string)[];
  /** Which input the refiner is for. Default: the synthetic one. */
  refines?(config: C): InputKind;
  /** See {@link Recipe.suiting}. */
  readonly suiting?: Recipe['suiting'];
  /** The names of its presets, the default first. What they change is said by its options. */
  readonly presets: readonly string[];
  /** All its options: the common ones, `width` and `height` (see `adversarialOptions`, `pictureSize`), and its own. */
  readonly options: R;
  /** Opens what training alone needs; it is disposed of with the training. */
  open?(config: C): Promise<Opened | undefined>;
  /** What is trained, and how. `opened` is there in training, where {@link open} gave something. */
  training(config: C, opened?: Opened): TrainingDefinition;
}

/** A recipe whose generator makes pictures of pictures. */
export interface RefiningDefinition<R extends CommonOptions, Opened extends Disposable = Disposable, C = ConfigOf<R>>
  extends Definition<R, Opened> {
  /** `x`: pictures `[count, height, width, 3]` in [−1, 1]; the result has the same shape and range. */
  refine(apply: Apply, x: Tensor4D, config: C): Tensor4D;
  /** How its generator makes pictures of any size larger, where it can. */
  enlarge?(config: C): Omit<EnlargerParts, 'networks'>;
}

/** A recipe whose generator makes pictures of noise. */
export interface SamplingDefinition<R extends CommonOptions, Opened extends Disposable = Disposable, C = ConfigOf<R>>
  extends Definition<R, Opened> {
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
 * The weights that inference needs are those of its
 * networks with the role `generator`.
 */
export function defineRecipe<R extends CommonOptions, Opened extends Disposable = Disposable>(
  definition: RefiningDefinition<R, Opened>,
): RefiningRecipe;
export function defineRecipe<R extends CommonOptions, Opened extends Disposable = Disposable>(
  definition: SamplingDefinition<R, Opened>,
): SamplingRecipe;
export function defineRecipe<R extends CommonOptions, Opened extends Disposable = Disposable>(
  definition: RefiningDefinition<R, Opened> | SamplingDefinition<R, Opened>,
): Recipe {
  type C = ConfigOf<R>;
  const { name, description, learnsFrom, keepsPicture, control, inputs, holds, steps, refines, suiting } = definition;
  const traits: RecipeTraits = { learnsFrom, keepsPicture, control, ...(holds && { holds }) };
  if (!CONTROLS.includes(control)) {
    const message = `the recipe ${name} declares the control ${String(control)}: it must be one of ${CONTROLS.join(', ')}`;
    throw new IrisflowError('USAGE', message);
  }
  const samples = 'sample' in definition;
  const { presets, options } = definition;
  const table = { recipe: name, presets, options };
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
    presets,
    options: options as unknown as DefaultedRecord,
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
          fixed: fixedOptions(table),
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
