/** Frames of picture files with the pictures that are to be made of them. */
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
 * Reads pairs of pictures from two folders: each picture of `inputFolder` (and the folders in it), with the one of `targetFolder` that has
 * the same path there, whatever their endings: `edges/a/1.png` and `photos/a/1.jpg`. They come in natural order (`eye2` before
 * `eye10`).
 *
 * The frame is the input, its `target` the other picture. Its `source` is the path of the input's file, its `labels.name` the name of
 * the folder that this is in. The source can wait: while a consumer holds a frame's `flow`, no further frame is emitted. One
 * pair is decoded ahead.
 *
 * - completion: after the last pair
 * - error: `INPUT` when a folder is missing or holds no pictures, when a picture has no partner, when the two of a pair differ in
 *   size (after resizing, where a size is asked for), or when none of the pairs can be read. One that cannot, or is too large, is
 *   told to `onSkip`, by its input's path, and left out.
 * - unsubscribe: nothing more is read
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
  const alone = [
    ...[...inputs].filter(([name]) => !targets.has(name)).map(([name, path]) => [path, join(targetFolder, name)]),
    ...[...targets].filter(([name]) => !inputs.has(name)).map(([name, path]) => [path, join(inputFolder, name)]),
  ];
  const [first] = alone;
  if (first) {
    const [path, missing] = first;
    const those = alone.length === 1 ? '1 picture has no partner' : `${alone.length} pictures have no partner`;
    const which = alone.length === 1 ? 'it is' : 'the first is';
    throw new IrisflowError('INPUT', `${those}: ${which} ${path}, and there is no ${missing}.* to go with it`);
  }
  return [...inputs].map(([name, input]) => ({ input, target: targets.get(name) as string }));
}

/** Paths of a folder's pictures, in natural order, by their path in it without the ending. */
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
