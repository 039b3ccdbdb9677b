/** The inputs of a run as its folder keeps them, so that whoever goes on with it need not name them again. */
import { resolve } from 'node:path';
import { IrisflowError } from '../errors.js';
import type { Recipe } from '../models/types.js';
import { isRedacted, redact } from '../streams/ffmpeg/redact.js';
import { namedSource } from '../streams/source-spec.js';
import type { RunInputOptions } from './run-input-options.js';
import { FOLDERS, type RunInputs } from './run-inputs.js';

/** What is written down of inputs that could be opened: files and folders by their whole paths, addresses without passwords. */
export function lastingInputs({ synthetic, real, ...how }: RunInputs): RunInputs {
  return { ...(synthetic !== undefined && { synthetic: lasting(synthetic) }), real: lasting(real), ...how };
}

function lasting(text: string): string {
  return namedSource(text) ? redact(text) : resolve(text);
}

/**
 * The options with what was written down in the place of inputs that they do not name.
 *
 * @throws {IrisflowError} `USAGE` where a password would be needed that was not written down.
 */
export function withRemembered<T extends RunInputOptions>(options: T, known: Partial<RunInputs>, recipe: Recipe): T {
  const kept = recipe.learnsFrom === 'pairs' ? keptOfPairs(options, known) : known;
  for (const name of ['synthetic', 'real'] as const) {
    const text = kept[name];
    if (options[name] === undefined && text !== undefined && isRedacted(text)) {
      throw new IrisflowError('USAGE', `the run keeps no passwords: give its input ${text} again, as --${name}`);
    }
  }
  return {
    ...options,
    synthetic: options.synthetic ?? kept.synthetic,
    real: options.real ?? kept.real,
    crop: options.crop ?? kept.crop,
    eyeSpan: options.eyeSpan ?? kept.eyeSpan,
    minEyeDistance: options.minEyeDistance ?? kept.minEyeDistance,
    pairs: options.pairs ?? kept.pairs,
  };
}

/** Other inputs of pairs, or another way to make them, are another thing to learn: at most footage and its crop stay. */
function keptOfPairs({ synthetic, pairs }: RunInputOptions, known: Partial<RunInputs>): Partial<RunInputs> {
  if (synthetic === undefined && pairs === undefined) return known;
  const footage = synthetic === undefined && known.pairs !== FOLDERS;
  return footage ? { real: known.real, crop: known.crop, minEyeDistance: known.minEyeDistance } : {};
}
