/** The names of refined pictures, and the input without the output of an earlier time. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { IrisflowError } from '../errors.js';
import type { FoundPictures } from '../streams/pictures/find.js';
import { isOwnPicture } from '../streams/to-images.js';

/** Where the refined picture of a file goes inside the output: its place inside the input's folder, as `.png`. */
export function outputName(path: string, root: string): string {
  const inside = relative(root, path);
  const name = inside.startsWith('..') ? basename(path) : inside;
  return join(dirname(name), `${basename(name, extname(name))}.png`);
}

/**
 * What was found without what refining the rest has written to `output`, a folder inside the input's.
 *
 * An earlier output is recognised by its names and by the mark in its metadata. Rejects with `USAGE` where other pictures are there, too,
 * which might be replaced.
 */
export async function withoutOutput(found: FoundPictures, output: string): Promise<readonly string[]> {
  const real = (path: string) => (existsSync(path) ? realpathSync(path) : resolve(path));
  const root = real(found.root);
  const folder = real(output);
  if (!folder.startsWith(root + sep)) return found.pictures;
  const placeOf = (path: string) => join(root, relative(found.root, path));
  const isOutput = (path: string) => placeOf(path).startsWith(folder + sep);
  const others = found.pictures.filter((path) => !isOutput(path));
  const written = new Set(others.map((path) => join(folder, outputName(path, found.root))));
  const isForeign = async (path: string) => {
    const place = placeOf(path);
    const named = written.has(place) || written.has(place.replace(/-\d+(?=\.png$)/, ''));
    return !named || !(await isOwnPicture(path));
  };
  let foreign: string | undefined;
  for (const path of found.pictures.filter(isOutput)) {
    if (await isForeign(path)) {
      foreign = path;
      break;
    }
  }
  if (foreign === undefined) return others;
  throw new IrisflowError(
    'USAGE',
    `the output ${output} is inside the input, and ${foreign} in it is not of an earlier output: choose another --output`,
  );
}
