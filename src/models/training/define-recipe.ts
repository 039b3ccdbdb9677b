/** Makes a recipe from its options and its training definition. */
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

/** What a training needs besides its state, such as a frozen network that was trained elsewhere. */
export interface Disposable {
  /** Frees its memory; called once, when the training is disposed of or could not be created. */
  dispose(): void;
}

interface Definition<R extends CommonOptions, Opened extends Disposable, C = ConfigOf<R>> extends RecipeTraits {
  /** The name of the recipe, for lists, messages and checkpoints. */
  readonly name: string;
  /** One line that says what the recipe does and which paper describes it. */
  readonly description: string;
  /** The inputs where the user names none. */
  readonly inputs?: RecipeInputs;
  /** How many steps a training takes where the user does not say, as a number or by configuration. Default 1000. */
  readonly steps?: number | ((config: C) => number);
  /** Options that keep generated pictures close to what they must show; advice names them. Default: none. */
  readonly holds?: readonly (keyof R & string)[];
  /** Which input the refiner refines. Default: the synthetic one. */
  refines?(config: C): InputKind;
  /** Options that suit what is cut out of frames: see {@link Recipe.suiting}. */
  readonly suiting?: Recipe['suiting'];
  /** The names of its presets, the default first. Each option declares its value in each preset. */
  readonly presets: readonly string[];
  /** All its options: the common ones (`adversarialOptions`), `width` and `height` (`pictureSize`), and its own. */
  readonly options: R;
  /** Opens what only training needs. It is disposed of with the training. */
  open?(config: C): Promise<Opened | undefined>;
  /** What is trained, and how. `opened` is what {@link open} returned; it is absent outside training. */
  training(config: C, opened?: Opened): TrainingDefinition;
}

/** The definition of a recipe whose generator makes pictures from pictures. */
export interface RefiningDefinition<R extends CommonOptions, Opened extends Disposable = Disposable, C = ConfigOf<R>>
  extends Definition<R, Opened> {
  /** Refines `x`, pictures `[count, height, width, 3]` in [−1, 1]. The result has the same shape and range. */
  refine(apply: Apply, x: Tensor4D, config: C): Tensor4D;
  /** How its generator enlarges pictures of any size, where it can. */
  enlarge?(config: C): Omit<EnlargerParts, 'networks'>;
}

/** The definition of a recipe whose generator makes pictures from noise. */
export interface SamplingDefinition<R extends CommonOptions, Opened extends Disposable = Disposable, C = ConfigOf<R>>
  extends Definition<R, Opened> {
  /** How many numbers of noise a picture is generated from. */
  noiseSize(config: C): number;
  /** How many classes it takes as labels. Default 0: it takes no labels. */
  classes?(config: C): number;
  /**
   * Generates pictures `[count, height, width, 3]` in [−1, 1] from `noise` `[count, noiseSize]` and, where it has classes, from one-hot
   * `labels` `[count, classes]`.
   */
  sample(apply: Apply, noise: Tensor, labels: Tensor | undefined, config: C): Tensor4D;
}

/**
 * Makes a recipe. A module whose default export is a recipe can be named by its path wherever a recipe's name can stand. The weights
 * that inference needs are those of the networks with the role `generator`. Throws `USAGE` where the definition declares no control.
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
  checkFields(definition);
  if (!CONTROLS.includes(control)) {
    const message = `the recipe ${name} declares the control ${String(control)}; it must declare one of ${CONTROLS.join(', ')}`;
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

/** A recipe in plain JavaScript has no compiler that misses a field. */
function checkFields(
  definition: Readonly<Partial<Record<'name' | 'presets' | 'options' | 'training', unknown>>>,
): void {
  const { name, presets, options, training } = definition;
  const missing = [
    ...(Array.isArray(presets) && presets.length > 0 ? [] : ['presets, a list of names']),
    ...(typeof options === 'object' && options !== null ? [] : ['options, its declared options']),
    ...(typeof training === 'function' ? [] : ['training, a function that returns its definition']),
    ...('sample' in definition || 'refine' in definition ? [] : ['refine or sample']),
  ];
  if (missing.length === 0) return;
  throw new IrisflowError('USAGE', `the recipe ${String(name)} must declare ${missing.join('; ')}`);
}
