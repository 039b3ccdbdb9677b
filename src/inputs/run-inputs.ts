/** The inputs of a session, decided from the options and from what the recipe learns from. */
import { IrisflowError } from '../errors.js';
import type { Recipe } from '../models/types.js';
import { currentSource } from '../streams/source-spec.js';
import { defaultReal } from './input.js';
import { type CropChoice, checkRunInputs, type RunInputOptions } from './run-input-options.js';

/** The inputs of a run, written as on the command line. */
export interface RunInputs {
  /** The source that is refined, or the folder of inputs of pairs. Absent in recipes that learn from the real input alone. */
  readonly synthetic?: string;
  /** The source that is learnt from. */
  readonly real: string;
  readonly crop: CropChoice;
  /** Width of the synthetic input's eye crops in inter-ocular distances; absent where nothing has been decided. */
  readonly eyeSpan?: number;
  /** Faces whose eyes are nearer to each other are not cropped, in pixels; absent where no limit was given. */
  readonly minEyeDistance?: number;
  /** The kind of the pairs that are made from the crops of the real input. */
  readonly pairs?: string;
}

/** The kind of pairs in two folders: `synthetic` has the inputs, `real` their targets. */
export const FOLDERS = 'folders';

/** Decides the inputs of a run. Rejects with `USAGE` where the options do not fit the recipe. */
export async function inputsFor(recipe: Recipe, options: RunInputOptions): Promise<RunInputs> {
  checkRunInputs(options);
  const { inputs = {} } = recipe;
  const { pairs } = options;
  const synthetic = options.synthetic === undefined ? undefined : currentSource(options.synthetic);
  const cut = {
    crop: options.crop ?? inputs.crop ?? 'eyes',
    ...(options.minEyeDistance !== undefined && { minEyeDistance: options.minEyeDistance }),
  };
  const real = currentSource(options.real ?? inputs.real ?? (await defaultReal()));
  if (pairs !== undefined && recipe.learnsFrom !== 'pairs') {
    throw new IrisflowError('USAGE', `${recipe.name} does not learn from pairs: leave --pairs out`);
  }
  switch (recipe.learnsFrom) {
    case 'unpaired':
      return {
        synthetic: synthetic ?? inputs.synthetic ?? 'renderer',
        real,
        ...cut,
        ...(options.eyeSpan !== undefined && { eyeSpan: options.eyeSpan }),
      };
    case 'pairs':
      if (pairs === undefined && synthetic !== undefined) {
        if (options.real !== undefined)
          return { synthetic, real, ...cut, crop: options.crop ?? 'none', pairs: FOLDERS };
        const message = `${recipe.name} learns from pairs: also give --real, a folder with the targets of the pictures in --synthetic, or give --pairs`;
        throw new IrisflowError('USAGE', message);
      }
      return { ...(synthetic && { synthetic }), real, ...cut, pairs: pairs ?? inputs.pairs ?? 'edges' };
    case 'pictures':
    case 'labelled':
      if (synthetic !== undefined && !recipe.createRefiner) {
        throw new IrisflowError('USAGE', `${recipe.name} generates pictures from noise: leave --synthetic out`);
      }
      return { ...(synthetic && { synthetic }), real, ...cut };
  }
}
