/** Sink that writes each frame to a picture file. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { defer, type OperatorFunction } from 'rxjs';
import { IrisflowError, messageOf } from '../errors.js';
import type { Counter } from '../flow/counter.js';
import { integerOption } from '../flow/options.js';
import type { Overflow } from '../flow/overflow.js';
import { stage } from '../flow/stage.js';
import type { Frame } from '../frame.js';
import { preparedSharp } from './pictures/decode.js';
import { isPictureName } from './pictures/find.js';
import { unfinishedFile } from './unfinished.js';

/** Options of {@link toImages}. */
export interface ToImagesOptions {
  /**
   * The name of a frame's file, ending in `.png`, `.jpg`, `.jpeg` or `.webp`; it may contain subfolders. By default the name of the
   * file that the frame was read from, as `.png`, and for other sources the source's name with the frame's number, such as
   * `webcam-000012.png`.
   */
  readonly name?: (frame: Frame) => string;
  /** JPEG and WebP quality from 1 to 100, 90 by default. */
  readonly quality?: number;
  /** Back-pressure policy when frames come faster than they are written; `block` by default, which loses none. */
  readonly overflow?: Overflow;
  /** Counts the frames. */
  readonly counts?: Counter;
}

/**
 * Writes frames to picture files in a folder, which is created, and emits each frame when its file has been written. Files are
 * written atomically and replace those of an earlier run. A name that is used twice in one run gets a number: `eye.png`,
 * `eye-2.png`.
 *
 * - concurrency: two at a time, in order; a source that can wait is held while frames wait (see `stage`)
 * - completion: after the last file is written
 * - error: `SINK` when a file cannot be written or its name is outside the folder
 * - unsubscribe: unfinished files are removed
 * - memory: six frames, and the names of the files written
 *
 * @throws {IrisflowError} `USAGE` at once for wrong options.
 * @example
 * ```ts
 * import { fromImages, toImages } from 'irisflow/streams';
 *
 * fromImages('photos', { size: { width: 320 } })
 *   .pipe(toImages('small', { name: (frame) => `${frame.sequence}.jpg` }))
 *   .subscribe({ error: (error) => console.error(error.message) });
 * ```
 */
export function toImages(folder: string, options: ToImagesOptions = {}): OperatorFunction<Frame, Frame> {
  const { name = defaultName, quality = 90, overflow = 'block', counts } = options;
  if (typeof folder !== 'string' || folder === '' || folder.includes('\0')) {
    throw new IrisflowError('USAGE', 'toImages needs the path of a folder');
  }
  integerOption('quality', quality, 1, 100);
  return (source) =>
    defer(() => {
      const taken = new Set<string>();
      const write = async (frame: Frame, signal: AbortSignal) => {
        const path = freeName(pathIn(folder, name(frame)), taken);
        await writePicture(path, frame, quality, signal);
        return frame;
      };
      return source.pipe(stage(write, { overflow, counts, concurrency: 2 }));
    });
}

/** The name of the writing program in each picture's metadata, by which an earlier output is recognised. */
const WRITER = 'irisflow';

/** Whether a picture was written by {@link toImages}. */
export async function isOwnPicture(path: string): Promise<boolean> {
  const { exif } = await preparedSharp()(path)
    .metadata()
    .catch(() => ({ exif: undefined }));
  return exif?.includes(WRITER) ?? false;
}

async function writePicture(path: string, frame: Frame, quality: number, signal: AbortSignal): Promise<void> {
  const { data, width, height } = frame;
  const part = join(dirname(path), `.${basename(path)}.${process.pid}-${frame.sequence}.part`);
  const settled = unfinishedFile(part);
  try {
    await mkdir(dirname(path), { recursive: true });
    const exif = { IFD0: { Software: WRITER } };
    const picture = preparedSharp()(data, { raw: { width, height, channels: 3 } }).withExif(exif);
    const kind = extname(path).toLowerCase();
    if (kind === '.png') picture.png();
    else if (kind === '.webp') picture.webp({ quality });
    else picture.jpeg({ quality, chromaSubsampling: '4:4:4' });
    // Node reports a full disk; the encoder's own writing does not always do so.
    await writeFile(part, await picture.toBuffer());
    if (signal.aborted) await rm(part, { force: true });
    else await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => {});
    throw new IrisflowError('SINK', `The picture ${path} cannot be written: ${messageOf(cause)}`, { cause });
  } finally {
    settled();
  }
}

function defaultName(frame: Frame): string {
  const base = basename(frame.source, extname(frame.source)).replace(/[^\p{L}\p{N}._ ()-]+/gu, '_') || 'frame';
  return isPictureName(frame.source) ? `${base}.png` : `${base}-${String(frame.sequence).padStart(6, '0')}.png`;
}

function pathIn(folder: string, name: string): string {
  const path = resolve(folder, name);
  const inside = relative(folder, path);
  const out = inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  if (out || name.includes('\0')) {
    throw new IrisflowError('SINK', `The name ${JSON.stringify(name)} leads out of the folder ${folder}`);
  }
  if (!/\.(png|jpe?g|webp)$/i.test(name)) {
    throw new IrisflowError('SINK', `The name ${JSON.stringify(name)} must end in .png, .jpg, .jpeg or .webp`);
  }
  return path;
}

function freeName(path: string, taken: Set<string>): string {
  const kind = extname(path);
  let candidate = path;
  for (let i = 2; taken.has(candidate); i++) candidate = `${path.slice(0, -kind.length)}-${i}${kind}`;
  taken.add(candidate);
  return candidate;
}
