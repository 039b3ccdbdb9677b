/** The inputs of a run as its folder stores them, so that the run can be continued without naming them again. */
import { resolve } from 'node:path';
import { IrisflowError } from '../errors.js';
import type { Recipe } from '../models/types.js';
import { isRedacted, redactAddress } from '../streams/ffmpeg/redact.js';
import { namedSource } from '../streams/source-spec.js';
import type { RunInputOptions } from './run-input-options.js';
import { FOLDERS, type RunInputs } from './run-inputs.js';

/** The inputs in the form that is stored: files and folders as absolute paths, addresses without passwords. */
export function lastingInputs({ synthetic, real, ...others }: RunInputs): RunInputs {
  return { ...(synthetic !== undefined && { synthetic: stored(synthetic) }), real: stored(real), ...others };
}

function stored(text: string): string {
  return namedSource(text) ? redactAddress(text) : resolve(text);
}

/**
 * Fills in the stored inputs of the run for options that are not given.
 *
 * @throws {IrisflowError} `USAGE` where the stored input lacks a password.
 */
export function withRemembered<T extends RunInputOptions>(options: T, known: Partial<RunInputs>, recipe: Recipe): T {
  const remembered = recipe.learnsFrom === 'pairs' ? rememberedPairs(options, known) : known;
  for (const name of ['synthetic', 'real'] as const) {
    const text = remembered[name];
    if (options[name] === undefined && text !== undefined && isRedacted(text)) {
      throw new IrisflowError(
        'USAGE',
        `a run does not store passwords and other secrets of addresses: give its input ${text} again with --${name}`,
      );
    }
  }
  return {
    ...options,
    synthetic: options.synthetic ?? remembered.synthetic,
    real: options.real ?? remembered.real,
    crop: options.crop ?? remembered.crop,
    eyeSpan: options.eyeSpan ?? remembered.eyeSpan,
    minEyeDistance: options.minEyeDistance ?? remembered.minEyeDistance,
    pairs: options.pairs ?? remembered.pairs,
  };
}

/** The stored inputs that stay valid for pairs. Where the inputs or the kind of pairs change, only the real footage and its crop can stay. */
function rememberedPairs({ synthetic, pairs }: RunInputOptions, known: Partial<RunInputs>): Partial<RunInputs> {
  if (synthetic === undefined && pairs === undefined) return known;
  const footage = synthetic === undefined && known.pairs !== FOLDERS;
  return footage ? { real: known.real, crop: known.crop, minEyeDistance: known.minEyeDistance } : {};
}
