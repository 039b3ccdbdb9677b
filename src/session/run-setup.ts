/** Decides what a session trains: the run's own config where it exists, a new one where not, never a silent mixture. */
import { basename, join } from 'node:path';
import { IrisflowError } from '../errors.js';
import { loadRecipe } from '../models/registry.js';
import type { RecipeConfig } from '../models/types.js';
import { RunFolder } from './run-folder.js';
import type { TrainingSessionOptions } from './types.js';

export interface RunSetup {
  readonly path: string;
  readonly config: RecipeConfig;
}

type Wishes = Pick<TrainingSessionOptions, 'recipe' | 'preset' | 'size' | 'seed' | 'run' | 'set'>;

/** Rejects with `CHECKPOINT` where the run was made with another recipe, preset, size or seed than the one asked for. */
export async function setUpRun(wishes: Wishes, inputs: { synthetic: string; real: string }): Promise<RunSetup> {
  const preset = wishes.preset ?? 'live';
  const { width, height } = wishes.size ?? { width: 64, height: 64 };
  const name = [slug(inputs.synthetic), slug(inputs.real), preset, `${width}x${height}`].join('-');
  const path = wishes.run ?? join('runs', name);
  const known = RunFolder.readConfig(path)?.config;
  if (!known) {
    const { seed, set } = wishes;
    return {
      path,
      config: (await loadRecipe(wishes.recipe ?? 'simgan')).configure(preset, { ...set, width, height, seed }),
    };
  }
  const clash = (what: string, has: unknown, asked: unknown) =>
    new IrisflowError(
      'CHECKPOINT',
      `the run ${path} was made with ${what} ${has}, not ${asked}: leave the option out to continue it, or choose another --run`,
    );
  if (wishes.recipe && wishes.recipe !== known.recipe) throw clash('recipe', known.recipe, wishes.recipe);
  if (wishes.preset && wishes.preset !== known.preset) throw clash('preset', known.preset, wishes.preset);
  if (wishes.size && (width !== known.width || height !== known.height)) {
    throw clash('size', `${known.width}x${known.height}`, `${width}x${height}`);
  }
  if (wishes.seed !== undefined && wishes.seed !== known.seed) throw clash('seed', known.seed, wishes.seed);
  const { recipe, preset: _preset, ...options } = known;
  return { path, config: (await loadRecipe(recipe)).configure(known.preset, { ...options, ...wishes.set }) };
}

function slug(input: string): string {
  const name = basename(input).replace(/\.[a-z0-9]+$/i, '');
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 40) || 'input'
  );
}
