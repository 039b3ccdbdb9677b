/** The names of refined pictures, and the input without the output of an earlier time. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { IrisflowError } from '../errors.js';
import type { FoundPictures } from '../streams/pictures/find.js';

/** Where the refined picture of a file goes inside the output: its place inside the input's folder, as `.png`. */
export function outputName(path: string, root: string): string {
  const inside = relative(root, path);
  const name = inside.startsWith('..') ? basename(path) : inside;
  return join(dirname(name), `${basename(name, extname(name))}.png`);
}

/**
 * What was found without what refining the rest has written to `output`, a folder inside the input's.
 *
 * @throws {IrisflowError} `USAGE` where other pictures are there, too, which might be replaced.
 */
export function withoutOutput(found: FoundPictures, output: string): readonly string[] {
  const real = (path: string) => (existsSync(path) ? realpathSync(path) : resolve(path));
  const root = real(found.root);
  const folder = real(output);
  if (!folder.startsWith(root + sep)) return found.pictures;
  const placeOf = (path: string) => join(root, relative(found.root, path));
  const isOutput = (path: string) => placeOf(path).startsWith(folder + sep);
  const others = found.pictures.filter((path) => !isOutput(path));
  const written = new Set(others.map((path) => join(folder, outputName(path, found.root))));
  const foreign = found.pictures.filter(isOutput).find((path) => {
    const place = placeOf(path);
    return !written.has(place) && !written.has(place.replace(/-\d+(?=\.png$)/, ''));
  });
  if (foreign === undefined) return others;
  throw new IrisflowError(
    'USAGE',
    `the output ${output} is inside the input, and ${foreign} in it is not of an earlier output: choose another --output`,
  );
}
