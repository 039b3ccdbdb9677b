/** The recipes by name. */
import { IrisflowError } from '../errors.js';
import { simgan } from './recipes/simgan/index.js';
import type { Recipe } from './types.js';

/** All recipes, the default first. */
export const recipes: readonly Recipe[] = [simgan];

/** The recipe of that name. Throws `USAGE` with the names there are. */
export function recipeNamed(name: string): Recipe {
  const recipe = recipes.find((known) => known.name === name);
  if (recipe !== undefined) return recipe;
  throw new IrisflowError(
    'USAGE',
    `there is no recipe ${JSON.stringify(name)}; recipes: ${recipes.map((r) => r.name).join(', ')}`,
  );
}
