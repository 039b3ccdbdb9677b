/** Decides what a session trains: the run's own config where it exists, a new one where not, never a silent mixture. */
import { basename, join } from 'node:path';
import { IrisflowError } from '../errors.js';
import { classesOf } from '../inputs/classes-of.js';
import { withRemembered } from '../inputs/remembered-inputs.js';
import { inputsFor, type RunInputs } from '../inputs/run-inputs.js';
import { loadRecipe } from '../models/registry.js';
import type { Recipe, RecipeConfig } from '../models/types.js';
import { RunFolder } from '../runs/run-folder.js';
import { redact } from '../streams/ffmpeg/redact.js';
import type { TrainingSessionOptions } from './types.js';

export interface RunSetup {
  readonly path: string;
  readonly config: RecipeConfig;
  readonly recipe: Recipe;
  readonly inputs: RunInputs;
}

const DEFAULT_RECIPE = 'simgan';

/**
 * Rejects with `CHECKPOINT` where the run was made with another recipe, preset, size or seed than the one asked for, with `USAGE` where
 * an option is wrong.
 */
export async function setUpRun(wishes: TrainingSessionOptions): Promise<RunSetup> {
  const known = wishes.run === undefined ? undefined : RunFolder.readConfig(wishes.run);
  const recipe = await loadRecipe(known?.config.recipe ?? wishes.recipe ?? DEFAULT_RECIPE);
  const inputs = await inputsFor(recipe, known ? withRemembered(wishes, known, recipe) : wishes);
  if (known && wishes.run !== undefined)
    return { path: wishes.run, config: await continued(wishes.run, known.config, wishes), recipe, inputs };
  const { seed, size } = wishes;
  const labels = recipe.learnsFrom === 'labelled' ? { classes: await classesOf(inputs.real) } : {};
  const preset = wishes.preset ?? (recipe.presets[0] as string);
  const set = { ...recipe.suiting?.(preset, inputs.crop), ...labels, ...wishes.set };
  const config = recipe.configure(preset, { ...set, width: size?.width, height: size?.height, seed });
  if (wishes.run !== undefined) return { path: wishes.run, config, recipe, inputs };
  const sources = [inputs.synthetic, inputs.pairs, inputs.real].filter((source) => source !== undefined);
  const own = recipe.name === DEFAULT_RECIPE ? [] : [recipe.name];
  const name = [...own, ...sources.map(slug), preset, `${config.width}x${config.height}`].join('-');
  const path = join('runs', name);
  const before = RunFolder.readConfig(path)?.config;
  return { path, config: before ? await continued(path, before, wishes) : config, recipe, inputs };
}

/** What may be asked of a configuration. */
export type ConfigWishes = Pick<TrainingSessionOptions, 'recipe' | 'preset' | 'size' | 'seed' | 'set'>;

/** The config of a run that is there, with the options that are asked for. */
export async function continued(path: string, known: RecipeConfig, wishes: ConfigWishes): Promise<RecipeConfig> {
  const clash = (what: string, has: unknown, asked: unknown) =>
    new IrisflowError(
      'CHECKPOINT',
      `the run ${path} was made with ${what} ${has}, not ${asked}: leave the option out to continue it, or choose another --run`,
    );
  const { size } = wishes;
  const recipe = await loadRecipe(known.recipe);
  if (wishes.recipe && (await loadRecipe(wishes.recipe)).name !== recipe.name) {
    throw clash('recipe', known.recipe, wishes.recipe);
  }
  if (wishes.preset && wishes.preset !== known.preset) throw clash('preset', known.preset, wishes.preset);
  if (size && (size.width !== known.width || size.height !== known.height)) {
    throw clash('size', `${known.width}x${known.height}`, `${size.width}x${size.height}`);
  }
  if (wishes.seed !== undefined && wishes.seed !== known.seed) throw clash('seed', known.seed, wishes.seed);
  const { recipe: _recipe, preset, ...options } = known;
  return recipe.configure(preset, { ...options, ...wishes.set });
}

function slug(input: string): string {
  const name = basename(redact(input)).replace(/\.[a-z0-9]+$/i, '');
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 40) || 'input'
  );
}
