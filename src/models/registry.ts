/** The recipes by name, and a user's own by the path of its module. */
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

/** The recipe of that name. Throws `USAGE` with the names there are. */
export function recipeNamed(name: string): Recipe {
  const recipe = recipes.find((known) => known.name === name);
  if (recipe !== undefined) return recipe;
  throw new IrisflowError(
    'USAGE',
    `there is no recipe ${JSON.stringify(name)}; recipes: ${recipes.map((r) => r.name).join(', ')}, or the path of a module (./my-recipe.mjs)`,
  );
}

/**
 * The recipe of that name, or the default export of a module whose path `name` is: one with a slash, or that ends in .js, .mjs or
 * .ts. A module in TypeScript needs Node 22.18 or later, or the package `tsx` in the project that the module belongs to. Its recipe is known by that path from then on, so that every process of a session finds it. Rejects with `USAGE` where there
 * is none.
 */
export async function loadRecipe(name: string): Promise<Recipe> {
  if (!/[\\/]|\.[cm]?[jt]s$/.test(name)) return recipeNamed(name);
  const path = resolve(name);
  let recipe: unknown;
  try {
    recipe = await importDefault(path);
  } catch (cause) {
    throw new IrisflowError('USAGE', `the recipe ${name} cannot be loaded: ${messageOf(cause)}`, { cause });
  }
  if (isRecipe(recipe)) return known(recipe, path);
  throw new IrisflowError(
    'USAGE',
    `the module ${name} is no recipe: its default export has to be one, as defineRecipe makes it`,
  );
}

/** Training steps where the recipe does not say how many. */
const DEFAULT_STEPS = 1000;

/** In how many training steps a recipe comes to show what it can. */
export function stepsOf(recipe: Recipe, config: RecipeConfig): number {
  return recipe.steps?.(config) ?? DEFAULT_STEPS;
}

/** Makes a recipe's refiner. Throws `USAGE` where the recipe has none, because it makes pictures of noise. */
export function refinerMaker(recipe: Recipe): NonNullable<Recipe['createRefiner']> {
  if (recipe.createRefiner) return recipe.createRefiner.bind(recipe);
  throw new IrisflowError(
    'USAGE',
    `${recipe.name} refines nothing, it makes pictures of noise: use irisflow sample, or a recipe that refines`,
  );
}

/** Makes a recipe's sampler. Throws `USAGE` where the recipe has none, because it refines pictures. */
export function samplerMaker(recipe: Recipe): NonNullable<Recipe['createSampler']> {
  if (recipe.createSampler) return recipe.createSampler.bind(recipe);
  throw new IrisflowError(
    'USAGE',
    `${recipe.name} makes no pictures of noise, it refines pictures: use irisflow refine, or a recipe such as dcgan`,
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

/** The same recipe, with its path for the name in its configurations. */
function known(recipe: Recipe, path: string): Recipe {
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
