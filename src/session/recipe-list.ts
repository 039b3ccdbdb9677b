/** Summaries of the recipes, for the command line and the page. */

import { PAIRS } from '../data/pairs/index.js';
import { loadRecipe, recipes, stepsOf } from '../models/registry.js';
import type { Recipe, RecipeConfig, TrainingDataKind } from '../models/types.js';
import { type OptionReference, referenceOf } from '../options/reference.js';

/** One recipe. */
export interface RecipeSummary {
  readonly name: string;
  readonly description: string;
  readonly presets: readonly string[];
  readonly learnsFrom: TrainingDataKind;
  /** Whether it refines pictures, or makes them of noise. */
  readonly makes: 'refined pictures' | 'pictures of noise';
  /** Default number of steps of `irisflow train`, by preset. */
  readonly steps: Readonly<Record<string, number>>;
  /** Options by name, with the values of the first preset. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Help, allowed values and defaults of each option. */
  readonly reference: readonly OptionReference[];
}

/** All recipes, the default first. */
export function listRecipes(): readonly RecipeSummary[] {
  return recipes.map(summaryOf);
}

/** Summarises the recipe of that name, or of the module at that path. Rejects with `USAGE` where there is none. */
export async function describeRecipe(name: string): Promise<RecipeSummary> {
  return summaryOf(await loadRecipe(name));
}

function summaryOf(recipe: Recipe): RecipeSummary {
  const { name, description, presets, learnsFrom } = recipe;
  const configs = presets.map((preset) => recipe.configure(preset, {}));
  const steps = Object.fromEntries(configs.map((config) => [config.preset, stepsOf(recipe, config)]));
  const { recipe: _recipe, preset: _preset, ...options } = configs[0] as RecipeConfig;
  const makes = recipe.createSampler ? 'pictures of noise' : 'refined pictures';
  const reference = referenceOf(recipe.options ?? {});
  return { name, description, presets, learnsFrom, makes, steps, options, reference };
}

/** The kinds of pairs with their descriptions. */
export function listPairs(): readonly { readonly name: string; readonly description: string }[] {
  return Object.entries(PAIRS).map(([name, { description }]) => ({ name, description }));
}
