/** Finds recipes by name, and recipes of users by the path of a module. */
import { resolve } from 'node:path';
import { IrisflowError, messageOf } from '../errors.js';
import { cgan } from './cgan.js';
import { cyclegan } from './cyclegan.js';
import { dcgan } from './dcgan.js';
import { frontalise } from './frontalise.js';
import { gan } from './gan.js';
import { importDefault } from './import-default.js';
import { currentConfig } from './options/former-names.js';
import { pix2pix } from './pix2pix.js';
import { saliency } from './saliency.js';
import { simgan } from './simgan.js';
import { srgan } from './srgan.js';
import type { Recipe, RecipeConfig } from './types.js';

/** All recipes, the default first. */
export const recipes: readonly Recipe[] = [simgan, gan, dcgan, cgan, pix2pix, cyclegan, saliency, frontalise, srgan];

/** Finds the recipe of that name. Throws `USAGE`, which lists the names. */
export function recipeNamed(name: string): Recipe {
  const recipe = recipes.find((known) => known.name === name);
  if (recipe !== undefined) return recipe;
  throw new IrisflowError(
    'USAGE',
    `there is no recipe ${JSON.stringify(name)}; recipes: ${recipes.map((r) => r.name).join(', ')}, or the path of a module (./my-recipe.mjs)`,
  );
}

/**
 * Finds the recipe of that name, or imports the default export of a module where `name` is a path: a name with a slash, or one that ends
 * in .js, .mjs or .ts. A TypeScript module needs Node 22.18 or later, or the package `tsx` in the project that it belongs to. The
 * configurations of an imported recipe name it by its path, so that every process of a session finds it. The module is executed, so `name` must
 * come from the user and never from a file. Rejects with `USAGE` where there is no such recipe.
 */
export async function loadRecipe(name: string): Promise<Recipe> {
  if (!isModule(name)) return recipeNamed(name);
  const path = resolve(name);
  let recipe: unknown;
  try {
    recipe = await importDefault(path);
  } catch (cause) {
    throw new IrisflowError('USAGE', `the recipe ${name} cannot be loaded: ${messageOf(cause)}`, { cause });
  }
  if (isRecipe(recipe)) {
    const own = withPath(recipe, path);
    modules.set(own, path);
    return own;
  }
  throw new IrisflowError(
    'USAGE',
    `the module ${name} is no recipe: its default export must be the result of defineRecipe`,
  );
}

/**
 * The recipe of a run or checkpoint that says it was made with `made`. A run folder is data and may come from anybody, so a module is
 * imported only where `named`, which comes from the user, names one; that module is taken wherever the run says that it lay.
 * Rejects with `USAGE` where the run needs a module and none is named, with `CHECKPOINT` where `named` is another recipe.
 */
export async function recipeOfRun(made: string, named?: string): Promise<Recipe> {
  if (isModule(made)) {
    if (named !== undefined && isModule(named)) return loadRecipe(named);
    const path = JSON.stringify(made);
    const remedy = `look at that module, then name it with --recipe ${path}, or wherever it is on this machine`;
    throw new IrisflowError(
      'USAGE',
      `the run was made with the recipe module ${path}, and no code is executed unasked: ${remedy}`,
    );
  }
  const recipe = recipeNamed(made);
  if (named === undefined || (await loadRecipe(named)).name === recipe.name) return recipe;
  throw new IrisflowError(
    'CHECKPOINT',
    `the run was made with recipe ${made}, not ${named}: leave the option recipe out`,
  );
}

/** The module that {@link loadRecipe} took a recipe from, to be named to another process; undefined for one of irisflow's own. */
export function moduleOf(recipe: Recipe): string | undefined {
  return modules.get(recipe);
}

const modules = new WeakMap<Recipe, string>();

function isModule(name: string): boolean {
  return /[\\/]|\.[cm]?[jt]s$/.test(name);
}

/** How many steps a training takes where the recipe does not say. */
const DEFAULT_STEPS = 1000;

/** How many steps a training takes where the user does not say. */
export function stepsOf(recipe: Recipe, config: RecipeConfig): number {
  return recipe.steps?.(config) ?? DEFAULT_STEPS;
}

/** Returns the recipe's `createRefiner`. Throws `USAGE` where the recipe makes pictures from noise and so has no refiner. */
export function refinerMaker(recipe: Recipe): NonNullable<Recipe['createRefiner']> {
  if (recipe.createRefiner) return recipe.createRefiner.bind(recipe);
  throw new IrisflowError(
    'USAGE',
    `${recipe.name} refines nothing, because it makes pictures from noise: use irisflow sample, or a recipe that refines`,
  );
}

/** Returns the recipe's `createSampler`. Throws `USAGE` where the recipe refines pictures and so has no sampler. */
export function samplerMaker(recipe: Recipe): NonNullable<Recipe['createSampler']> {
  if (recipe.createSampler) return recipe.createSampler.bind(recipe);
  throw new IrisflowError(
    'USAGE',
    `${recipe.name} makes no pictures of noise, because it refines pictures: use irisflow refine, or a recipe such as dcgan`,
  );
}

function isRecipe(value: unknown): value is Recipe {
  const recipe = value as Partial<Recipe> | undefined;
  return (
    typeof recipe?.name === 'string' &&
    Array.isArray(recipe.presets) &&
    typeof recipe.configure === 'function' &&
    typeof recipe.createTraining === 'function' &&
    (typeof recipe.createRefiner === 'function' || typeof recipe.createSampler === 'function')
  );
}

/** The same recipe, whose configurations name it by its path. */
function withPath(recipe: Recipe, path: string): Recipe {
  const inside = (config: RecipeConfig): RecipeConfig => currentConfig({ ...config, recipe: recipe.name });
  const { refines, steps, createRefiner, createEnlarger, createSampler } = recipe;
  return {
    ...recipe,
    configure: (preset, overrides) => ({ ...recipe.configure(preset, overrides), recipe: path }),
    async createTraining(engine, config, checkpoint) {
      const own = checkpoint && { ...checkpoint, config: inside(checkpoint.config) };
      const training = await recipe.createTraining(engine, inside(config), own);
      return {
        config,
        get step() {
          return training.step;
        },
        get requires() {
          return training.requires;
        },
        train: (batch) => training.train(batch),
        generatorWeights: () => training.generatorWeights(),
        snapshot: () => ({ ...training.snapshot(), config }),
        dispose: () => training.dispose(),
      };
    },
    generatorWeights: (checkpoint) => recipe.generatorWeights({ ...checkpoint, config: inside(checkpoint.config) }),
    ...(refines && { refines: (config) => refines(inside(config)) }),
    ...(steps && { steps: (config) => steps(inside(config)) }),
    ...(createRefiner && {
      createRefiner: (engine, config, ...rest) => createRefiner(engine, inside(config), ...rest),
    }),
    ...(createEnlarger && {
      createEnlarger: (engine, config, weights) => createEnlarger(engine, inside(config), weights),
    }),
    ...(createSampler && {
      createSampler: (engine, config, ...rest) => createSampler(engine, inside(config), ...rest),
    }),
  };
}
