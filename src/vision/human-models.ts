/** Finds the networks in the npm package `@vladmandic/human`. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { IrisflowError } from '../errors.js';

/** The folder of models in `@vladmandic/human`. Throws `MODEL` where the package is missing; `what` names the feature that needs it. */
export function humanModels(what: string): string {
  try {
    // The package exports only its entry point, so the path of the models is relative to that.
    return join(dirname(createRequire(import.meta.url).resolve('@vladmandic/human')), '..', 'models');
  } catch (error) {
    throw new IrisflowError('MODEL', `${what} needs the package @vladmandic/human. Run npm install.`, { cause: error });
  }
}
