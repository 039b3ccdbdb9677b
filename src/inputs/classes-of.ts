/** The classes of a labelled source, and of a run. */
import { basename, dirname, resolve } from 'node:path';
import { IrisflowError } from '../errors.js';
import type { RecipeConfig } from '../models/types.js';
import { GAZE_DIRECTIONS } from '../operators/name-gaze.js';
import { redactAddress } from '../streams/ffmpeg/redact.js';
import { DIGIT_NAMES } from '../streams/from-mnist.js';
import { findPictures, naturalOrder } from '../streams/pictures/find.js';
import { parseSource } from '../streams/source-spec.js';

/** Batches carry class indices as bytes. */
const MAX_CLASSES = 256;

/**
 * The class names of a source, written as on the command line, as its frames carry them in `labels.name`: the digits of `mnist`, the
 * gaze directions of `renderer`, or the folders that pictures lie in, in natural order. Rejects with `USAGE` for a source without classes,
 * with `INPUT` where its pictures do not lie in two or more folders.
 */
export async function classesOf(source: string): Promise<string[]> {
  const spec = await parseSource(source);
  if (spec.kind === 'mnist') return [...DIGIT_NAMES];
  if (spec.kind === 'renderer') return [...GAZE_DIRECTIONS];
  if (spec.kind !== 'images') {
    const forms = 'a folder with a folder for each label, mnist or renderer';
    throw new IrisflowError(
      'USAGE',
      `${redactAddress(source)} has no labels, and this recipe learns from labelled pictures: give ${forms}`,
    );
  }
  const paths = await findPictures(spec.pattern);
  const names = [...new Set(paths.map((path) => basename(dirname(resolve(path)))))].sort(naturalOrder);
  if (names.length >= 2 && names.length <= MAX_CLASSES) return names;
  const found =
    names.length === 1
      ? `all pictures are in one folder, ${names[0]}`
      : `there are ${names.length} folders of pictures`;
  throw new IrisflowError(
    'INPUT',
    `${source}: ${found}. Put the pictures of each label in a folder of its name, 2 to ${MAX_CLASSES} folders, for example open/1.png and shut/1.png`,
  );
}

/** The class names of a configuration, as {@link classesOf} returned them; none where its recipe needs no labels. */
export function classesIn({ classes }: RecipeConfig): readonly string[] {
  return Array.isArray(classes) ? classes.map(String) : [];
}
