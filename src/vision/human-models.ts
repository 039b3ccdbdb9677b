/** Where the networks are that ship inside the npm package `@vladmandic/human`. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { IrisflowError } from '../errors.js';

/** The folder of `@vladmandic/human` that holds its models. Throws `MODEL` where the package is missing; `what` needs it. */
export function humanModels(what: string): string {
  try {
    // The package exports its entry point only, so the models are found next to it.
    return join(dirname(createRequire(import.meta.url).resolve('@vladmandic/human')), '..', 'models');
  } catch (error) {
    throw new IrisflowError('MODEL', `${what} needs the package @vladmandic/human. Run npm install.`, { cause: error });
  }
}
