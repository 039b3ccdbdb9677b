/** The inputs of a run as its folder keeps them, so that whoever goes on with it need not name them again. */
import { resolve } from 'node:path';
import { IrisflowError } from '../errors.js';
import type { Recipe } from '../models/types.js';
import { redact } from '../streams/ffmpeg/redact.js';
import { parseSource } from '../streams/source-spec.js';
import { FOLDERS, type RunInputs } from './run-inputs.js';
import type { TrainingSessionOptions } from './types.js';

/** What is written down of inputs: files and folders by their whole paths, addresses without passwords. */
export async function lastingInputs({ synthetic, real, ...how }: RunInputs): Promise<RunInputs> {
  return { ...(synthetic !== undefined && { synthetic: await lasting(synthetic) }), real: await lasting(real), ...how };
}

async function lasting(text: string): Promise<string> {
  const { kind } = await parseSource(text);
  return kind === 'video' || kind === 'images' ? resolve(text) : redact(text);
}

/**
 * The options with what was written down in the place of inputs that they do not name. Where they say how pairs are made, or name the
 * inputs of pairs, that is another thing to learn: only footage and crop of pairs that were made by an operator stay.
 *
 * @throws {IrisflowError} `USAGE` where a password would be needed that was not written down.
 */
export function withRemembered(
  options: TrainingSessionOptions,
  known: Partial<RunInputs>,
  recipe: Recipe,
): TrainingSessionOptions {
  const otherPairs = recipe.learnsFrom === 'pairs' && (options.synthetic ?? options.pairs) !== undefined;
  const footage = known.pairs === FOLDERS ? {} : { real: known.real, crop: known.crop };
  const kept: Partial<RunInputs> = otherPairs ? (options.synthetic === undefined ? footage : {}) : known;
  const inputs = {
    synthetic: options.synthetic ?? kept.synthetic,
    real: options.real ?? kept.real,
    crop: options.crop ?? kept.crop,
    pairs: options.pairs ?? kept.pairs,
  };
  for (const name of ['synthetic', 'real'] as const) {
    const text = options[name] === undefined ? inputs[name] : undefined;
    if (text?.includes('://***@')) {
      throw new IrisflowError('USAGE', `the run keeps no passwords: give its input ${text} again, as --${name}`);
    }
  }
  return { ...options, ...inputs };
}
