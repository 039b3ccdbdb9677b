/** Decides the configuration of a session: that of the existing run, or a new one. Options that contradict an existing run are refused. */
import { basename, join } from 'node:path';
import { IrisflowError } from '../errors.js';
import { classesOf } from '../inputs/classes-of.js';
import { withRemembered } from '../inputs/remembered-inputs.js';
import { inputsFor, type RunInputs } from '../inputs/run-inputs.js';
import { currentPreset, formerPresets } from '../models/options/former-names.js';
import { loadRecipe, recipeOfRun } from '../models/registry.js';
import type { Recipe, RecipeConfig } from '../models/types.js';
import { RunFolder } from '../runs/run-folder.js';
import { redactAddress } from '../streams/ffmpeg/redact.js';
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
 * Decides folder, configuration, recipe and inputs of a run. Rejects with `CHECKPOINT` where an existing run has another recipe, preset,
 * size or seed than the options, and with `USAGE` where an option is wrong.
 */
export async function setUpRun(options: TrainingSessionOptions): Promise<RunSetup> {
  const known = options.run === undefined ? undefined : RunFolder.readConfig(options.run);
  const recipe = known
    ? await recipeOfRun(known.config.recipe, options.recipe)
    : await loadRecipe(options.recipe ?? DEFAULT_RECIPE);
  const inputs = await inputsFor(recipe, known ? withRemembered(options, known, recipe) : options);
  if (known && options.run !== undefined)
    return { path: options.run, config: await continued(options.run, known.config, options), recipe, inputs };
  const { seed, size } = options;
  const labels = recipe.learnsFrom === 'labelled' ? { classes: await classesOf(inputs.real) } : {};
  const preset = currentPreset(recipe.name, options.preset ?? (recipe.presets[0] as string));
  const set = { ...recipe.suiting?.(preset, inputs.crop), ...labels, ...options.set };
  const config = recipe.configure(preset, { ...set, ...size, ...(seed !== undefined && { seed }) });
  if (options.run !== undefined) return { path: options.run, config, recipe, inputs };
  const sources = [inputs.synthetic, inputs.pairs, inputs.real].filter((source) => source !== undefined);
  for (const path of defaultFolders(recipe, sources, config)) {
    const existing = RunFolder.readConfig(path)?.config;
    if (existing) return { path, config: await continued(path, existing, options), recipe, inputs };
  }
  return { path: defaultFolders(recipe, sources, config)[0] as string, config, recipe, inputs };
}

/** The default folder of a run, followed by its names in earlier releases, which had other names of sources and presets. */
function defaultFolders(recipe: Recipe, sources: readonly string[], config: RecipeConfig): readonly string[] {
  const { preset, width, height } = config;
  const own = recipe.name === DEFAULT_RECIPE ? [] : [recipe.name];
  const named = (inputs: readonly string[], presetName: string) =>
    join('runs', [...own, ...inputs.map(slug), presetName, `${width}x${height}`].join('-'));
  const former = [preset, ...formerPresets(recipe.name, preset)].map((name) => named(sources.map(formerSource), name));
  return [named(sources, preset), ...former];
}

/** The options of a session that decide a configuration. */
export type ConfigOptions = Pick<TrainingSessionOptions, 'recipe' | 'preset' | 'size' | 'seed' | 'set'>;

/** The configuration of an existing run with the given options. Rejects with `CHECKPOINT` where they contradict it. */
export async function continued(path: string, known: RecipeConfig, given: ConfigOptions): Promise<RecipeConfig> {
  const clash = (name: string, existingValue: unknown, givenValue: unknown) =>
    new IrisflowError(
      'CHECKPOINT',
      `the run ${path} was made with ${name} ${existingValue}, not ${givenValue}: leave the option out to continue it, or choose another --run`,
    );
  const { size } = given;
  const recipe = await recipeOfRun(known.recipe, given.recipe);
  if (given.preset && currentPreset(recipe.name, given.preset) !== known.preset) {
    throw clash('preset', known.preset, given.preset);
  }
  if (size && (size.width !== known.width || size.height !== known.height)) {
    throw clash('size', `${known.width}x${known.height}`, `${size.width}x${size.height}`);
  }
  if (given.seed !== undefined && given.seed !== known.seed) throw clash('seed', known.seed, given.seed);
  const { recipe: _recipe, preset, ...options } = known;
  return recipe.configure(preset, { ...options, ...given.set });
}

function slug(input: string): string {
  const name = basename(redactAddress(input)).replace(/\.[a-z0-9]+$/i, '');
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 40) || 'input'
  );
}
