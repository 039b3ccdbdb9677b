/** Source of frames from pairs of picture files: inputs and their targets. */
import { stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Observable } from 'rxjs';
import { IrisflowError } from '../errors.js';
import type { Frame } from '../frame.js';
import { checkReading, type FromImagesOptions, folderLabel, isPath, MAX_PIXELS } from './from-images.js';
import { decodePicture } from './pictures/decode.js';
import { findPictures } from './pictures/find.js';
import { framesInOrder } from './pictures/in-order.js';

interface PairedFiles {
  readonly input: string;
  readonly target: string;
}

/**
 * Reads pairs of pictures from two folders: each picture of `inputFolder` and its subfolders, with the picture of `targetFolder` that
 * has the same relative path without the extension, such as `edges/a/1.png` and `photos/a/1.jpg`. They are read in natural order
 * (`eye2` before `eye10`).
 *
 * The frame is the input, its `target` the other picture. Its `source` is the path of the input's file, its `labels.name` the name of
 * that file's folder. The source supports back-pressure: while a consumer holds a frame's `flow`, no further frame is emitted. One pair
 * is decoded ahead.
 *
 * - completion: after the last pair
 * - error: `INPUT` when a folder is missing or holds no pictures, when a picture has no partner, when the two of a pair differ in
 *   size (after resizing, if `size` is given), or when none of the pairs can be read. A single pair that cannot be read or is too
 *   large is skipped and reported to `onSkip` with its input's path.
 * - unsubscribe: reading stops
 * - memory: four pictures
 *
 * @throws {IrisflowError} `USAGE` at once for wrong options.
 * @example
 * ```ts
 * import { fromPairs } from 'irisflow/streams';
 *
 * fromPairs('edges', 'photos', { size: { width: 64, height: 64, fit: 'fill' } }).subscribe((frame) => {
 *   console.log(frame.source, frame.data.length === frame.target?.length);
 * });
 * ```
 */
export function fromPairs(
  inputFolder: string,
  targetFolder: string,
  options: FromImagesOptions = {},
): Observable<Frame> {
  const { size, loop = false, fps = 0, maxPixels = MAX_PIXELS, onSkip } = options;
  if (!isPath(inputFolder) || !isPath(targetFolder)) {
    throw new IrisflowError('USAGE', 'fromPairs needs two folders: of inputs, and of their targets');
  }
  checkReading(options);
  return framesInOrder<PairedFiles>({
    loop,
    fps,
    list: () => pairsIn(inputFolder, targetFolder),
    async read({ input, target }) {
      let pictures: Awaited<ReturnType<typeof decodePicture>>[];
      try {
        pictures = await Promise.all([input, target].map((path) => decodePicture(path, { size, maxPixels })));
      } catch (error) {
        return error as IrisflowError;
      }
      const [a, b] = pictures as [(typeof pictures)[0], (typeof pictures)[0]];
      if (a.width !== b.width || a.height !== b.height) {
        throw new IrisflowError(
          'INPUT',
          `The pictures of a pair differ in size: ${input} is ${a.width}×${a.height}, ${target} is ${b.width}×${b.height}`,
        );
      }
      return { ...a, target: b.data, source: input, labels: folderLabel(input) };
    },
    skipped: onSkip && (({ input }, error) => onSkip(input, error)),
  });
}

async function pairsIn(inputFolder: string, targetFolder: string): Promise<PairedFiles[]> {
  const inputs = await picturesByName(inputFolder);
  const targets = await picturesByName(targetFolder);
  const unpaired = [
    ...[...inputs].filter(([name]) => !targets.has(name)).map(([name, path]) => [path, join(targetFolder, name)]),
    ...[...targets].filter(([name]) => !inputs.has(name)).map(([name, path]) => [path, join(inputFolder, name)]),
  ];
  const [first] = unpaired;
  if (first) {
    const [path, missing] = first;
    const those = unpaired.length === 1 ? '1 picture has no partner' : `${unpaired.length} pictures have no partner`;
    const which = unpaired.length === 1 ? 'it is' : 'the first is';
    throw new IrisflowError('INPUT', `${those}: ${which} ${path}, and there is no ${missing}.* to go with it`);
  }
  return [...inputs].map(([name, input]) => ({ input, target: targets.get(name) as string }));
}

/** Paths of a folder's pictures in natural order, keyed by their relative path without the extension. */
async function picturesByName(folder: string): Promise<Map<string, string>> {
  const info = await stat(folder).catch(() => undefined);
  if (!info?.isDirectory()) {
    throw new IrisflowError('INPUT', `${folder} is ${info ? 'no folder' : 'not there'}: pairs come from two folders`);
  }
  const named = new Map<string, string>();
  for (const path of await findPictures(folder)) {
    const name = relative(folder, path)
      .replaceAll(sep, '/')
      .replace(/\.[^./]*$/, '');
    const other = named.get(name);
    if (other !== undefined) {
      throw new IrisflowError('INPUT', `${other} and ${path} have one name: a pair takes one picture of it`);
    }
    named.set(name, path);
  }
  return named;
}
