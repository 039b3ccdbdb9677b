/** Frames of picture files. */
import { basename, dirname, resolve } from 'node:path';
import { Observable } from 'rxjs';
import { IrisflowError } from '../errors.js';
import { integerOption, numberOption } from '../flow/options.js';
import type { Frame } from '../frame.js';
import { createGate } from './ffmpeg/gate.js';
import { decodePicture } from './pictures/decode.js';
import { findPictures } from './pictures/find.js';
import { checkSize, type FrameSize } from './size.js';
import { until } from './until.js';

/** Options of {@link fromImages}. */
export interface FromImagesOptions {
  /** Size of the frames; each picture's own by default. */
  readonly size?: FrameSize;
  /** Begin again after the last picture, for ever; `false` by default. */
  readonly loop?: boolean;
  /** Pictures a second; 0 (default): as fast as they are decoded and taken. */
  readonly fps?: number;
  /** Pictures with more pixels are skipped; 64 million by default. */
  readonly maxPixels?: number;
  /** Told of each picture that was skipped, and why. */
  readonly onSkip?: (path: string, error: IrisflowError) => void;
}

/**
 * Reads pictures (JPEG, PNG, WebP, GIF, TIFF, AVIF) from a folder and the folders in it, from a glob, or from a list of
 * files in the order given. Folders and globs come in natural order (`eye2` before `eye10`).
 *
 * A frame's `source` is the path of its file, its `labels.name` the name of the folder that the file is in. The source can
 * wait: while a consumer holds a frame's `flow`, no further frame is emitted. One picture is decoded ahead.
 *
 * - completion: after the last picture
 * - error: `INPUT` when nothing matches, or when none of the pictures can be read. One that cannot, or is too large, is
 *   told to `onSkip` and left out.
 * - unsubscribe: nothing more is read
 * - memory: two pictures
 *
 * @throws {IrisflowError} `USAGE` at once for wrong options.
 * @example
 * ```ts
 * import { fromImages } from 'irisflow/streams';
 *
 * fromImages('eyes/*.png', { size: { width: 64, height: 64, fit: 'cover' } }).subscribe((frame) => {
 *   console.log(frame.source, frame.width, frame.height);
 * });
 * ```
 */
export function fromImages(
  folderOrGlob: string | readonly string[],
  options: FromImagesOptions = {},
): Observable<Frame> {
  const { size, loop = false, fps = 0, maxPixels = 64_000_000, onSkip } = options;
  check(folderOrGlob, options);
  return new Observable((subscriber) => {
    const gate = createGate();
    const ended = new AbortController();
    const { signal } = ended;

    const read = async (path: string) => {
      try {
        return await decodePicture(path, { size, maxPixels });
      } catch (error) {
        return error as IrisflowError;
      }
    };
    const opened = () =>
      new Promise<void>((open) => {
        if (gate.held) gate.onRelease = () => process.nextTick(open);
        else open();
      });

    const run = async () => {
      const paths = typeof folderOrGlob === 'string' ? await findPictures(folderOrGlob) : folderOrGlob;
      if (paths.length === 0) throw new IrisflowError('INPUT', 'There are no pictures: the list is empty');
      let sequence = 0;
      let due = 0;
      let unreadable = 0;
      let ahead = read(paths[0] as string);
      for (let i = 0; !signal.aborted; i++) {
        const path = paths[i % paths.length] as string;
        const picture = await ahead;
        const last = !loop && i === paths.length - 1;
        if (signal.aborted) return;
        if (!last) ahead = read(paths[(i + 1) % paths.length] as string);
        if (picture instanceof IrisflowError) {
          onSkip?.(path, picture);
          if (++unreadable === paths.length) {
            const story = `None of the ${paths.length} pictures can be read. The last one: ${picture.message}`;
            throw new IrisflowError('INPUT', story, { cause: picture });
          }
        } else {
          unreadable = 0;
          if (fps > 0) {
            await until(due, signal);
            due = Math.max(due, performance.now()) + 1_000 / fps;
          }
          while (gate.held && !signal.aborted) await opened();
          if (signal.aborted) return;
          const labels = { name: basename(dirname(resolve(path))) };
          subscriber.next({
            ...picture,
            time: Date.now(),
            sequence: sequence++,
            source: path,
            labels,
            flow: gate.flow,
          });
        }
        if (last) break;
      }
      if (!signal.aborted) subscriber.complete();
    };
    run().catch((error) => subscriber.error(error));
    return () => ended.abort();
  });
}

function check(folderOrGlob: string | readonly string[], options: FromImagesOptions): void {
  const { fps = 0, maxPixels = 1 } = options;
  const paths = typeof folderOrGlob === 'string' ? [folderOrGlob] : folderOrGlob;
  if (!Array.isArray(paths) || paths.some((path) => typeof path !== 'string' || path === '' || path.includes('\0'))) {
    throw new IrisflowError('USAGE', 'fromImages needs a folder, a glob or a list of files');
  }
  numberOption('fps', fps, 0, 1_000);
  integerOption('maxPixels', maxPixels, 1);
  checkSize(options.size);
}
