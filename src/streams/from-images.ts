/** Source of frames from picture files. */
import { basename, dirname, resolve } from 'node:path';
import type { Observable } from 'rxjs';
import { IrisflowError } from '../errors.js';
import { integerOption, numberOption } from '../flow/options.js';
import type { Frame, FrameLabels } from '../frame.js';
import { decodePicture } from './pictures/decode.js';
import { findPictures } from './pictures/find.js';
import { framesInOrder } from './pictures/in-order.js';
import { checkSize, type FrameSize } from './size.js';

/** Options of {@link fromImages}. */
export interface FromImagesOptions {
  /** Size of the frames; by default that of each picture. */
  readonly size?: FrameSize;
  /** Restart after the last picture, endlessly; `false` by default. */
  readonly loop?: boolean;
  /** Pictures per second; 0 (default): as fast as they are decoded and consumed. */
  readonly fps?: number;
  /** Wider pictures are scaled down to so many columns while they are decoded; by default none are. Without effect beside `size`. */
  readonly maxWidth?: number;
  /** Pictures with more pixels are skipped; 64 million by default. */
  readonly maxPixels?: number;
  /** Called for each skipped picture with the reason. */
  readonly onSkip?: (path: string, error: IrisflowError) => void;
}

/**
 * Reads pictures (JPEG, PNG, WebP, GIF, TIFF, AVIF) from a folder and its subfolders, from a glob, or from a list of files in the
 * given order. Folders and globs are read in natural order (`eye2` before `eye10`).
 *
 * A frame's `source` is the path of its file, its `labels.name` the name of the file's folder. The source supports back-pressure:
 * while a consumer holds a frame's `flow`, no further frame is emitted. One picture is decoded ahead.
 *
 * - completion: after the last picture
 * - error: `INPUT` when nothing matches, or when none of the pictures can be read. A single picture that cannot be read or is
 *   too large is skipped and reported to `onSkip`.
 * - unsubscribe: reading stops
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
  const { size, maxWidth, loop = false, fps = 0, maxPixels = MAX_PIXELS, onSkip } = options;
  const paths: readonly unknown[] = typeof folderOrGlob === 'string' ? [folderOrGlob] : folderOrGlob;
  if (!Array.isArray(paths) || !paths.every(isPath)) {
    throw new IrisflowError('USAGE', 'fromImages needs a folder, a glob or a list of files');
  }
  checkReading(options);
  return framesInOrder<string>({
    loop,
    fps,
    list: async () => (typeof folderOrGlob === 'string' ? findPictures(folderOrGlob) : folderOrGlob),
    async read(path) {
      try {
        return {
          ...(await decodePicture(path, { size, maxWidth, maxPixels })),
          source: path,
          labels: folderLabel(path),
        };
      } catch (error) {
        return error as IrisflowError;
      }
    },
    skipped: onSkip,
  });
}

/** The default of {@link FromImagesOptions.maxPixels}. */
export const MAX_PIXELS = 64_000_000;

/** Whether a value can name a file or folder. */
export function isPath(path: unknown): path is string {
  return typeof path === 'string' && path !== '' && !path.includes('\0');
}

/** The class label of a picture file: the name of its folder. */
export function folderLabel(path: string): FrameLabels {
  return { name: basename(dirname(resolve(path))) };
}

/** Throws `USAGE` for an option out of its range. */
export function checkReading({ fps = 0, maxPixels = MAX_PIXELS, maxWidth, size }: FromImagesOptions): void {
  numberOption('fps', fps, 0, 1_000);
  integerOption('maxPixels', maxPixels, 1);
  if (maxWidth !== undefined) integerOption('maxWidth', maxWidth, 1, 16_384);
  checkSize(size);
}
