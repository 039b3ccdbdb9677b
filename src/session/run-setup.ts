/** Decides what a session trains: the run's own config where it exists, a new one where not, never a silent mixture. */
import { basename, join } from 'node:path';
import { IrisflowError } from '../errors.js';
import { classesOf } from '../inputs/classes-of.js';
import { withRemembered } from '../inputs/remembered-inputs.js';
import { inputsFor, type RunInputs } from '../inputs/run-inputs.js';
import { currentPreset, formerPresets } from '../models/options/former-names.js';
import { loadRecipe } from '../models/registry.js';
import type { Recipe, RecipeConfig } from '../models/types.js';
import { RunFolder } from '../runs/run-folder.js';
import { redact } from '../streams/ffmpeg/redact.js';
import { formerSource } from '../streams/source-spec.js';
import type { TrainingSessionOptions } from './options.js';

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
  const preset = currentPreset(recipe.name, wishes.preset ?? (recipe.presets[0] as string));
  const set = { ...recipe.suiting?.(preset, inputs.crop), ...labels, ...wishes.set };
  const config = recipe.configure(preset, { ...set, width: size?.width, height: size?.height, seed });
  if (wishes.run !== undefined) return { path: wishes.run, config, recipe, inputs };
  const sources = [inputs.synthetic, inputs.pairs, inputs.real].filter((source) => source !== undefined);
  for (const path of defaultFolders(recipe, sources, config)) {
    const before = RunFolder.readConfig(path)?.config;
    if (before) return { path, config: await continued(path, before, wishes), recipe, inputs };
  }
  return { path: defaultFolders(recipe, sources, config)[0] as string, config, recipe, inputs };
}

/** The folder of a run that nobody named, and those that it had in earlier releases, whose names of sources and presets were others. */
function defaultFolders(recipe: Recipe, sources: readonly string[], config: RecipeConfig): readonly string[] {
  const { preset, width, height } = config;
  const own = recipe.name === DEFAULT_RECIPE ? [] : [recipe.name];
  const named = (inputs: readonly string[], presetName: string) =>
    join('runs', [...own, ...inputs.map(slug), presetName, `${width}x${height}`].join('-'));
  const former = [preset, ...formerPresets(recipe.name, preset)].map((name) => named(sources.map(formerSource), name));
  return [named(sources, preset), ...former];
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
  if (wishes.preset && currentPreset(recipe.name, wishes.preset) !== known.preset) {
    throw clash('preset', known.preset, wishes.preset);
  }
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
