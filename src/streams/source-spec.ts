/** Reads what a person writes for a source: `webcam`, `face.mp4`, `photos/`, `rtsp://camera/1` … */
import { stat } from 'node:fs/promises';
import { isDynamicPattern } from 'tinyglobby';
import { IrisflowError } from '../errors.js';
import { isAddress } from './address.js';
import { checkDeviceName } from './device-name.js';
import { redactAddress } from './ffmpeg/redact.js';
import { digitsFolder } from './mnist/digits.js';
import { findPictures, isPictureName } from './pictures/find.js';

/**
 * A source, told apart by `kind`. Everything that can be checked without starting it has been: files exist, folders and
 * globs hold pictures.
 */
export type SourceSpec =
  | { readonly kind: 'webcam'; readonly device?: string }
  | { readonly kind: 'snapshots'; readonly device?: string }
  | { readonly kind: 'browser' }
  | { readonly kind: 'renderer' }
  | { readonly kind: 'demo' }
  | { readonly kind: 'mnist' }
  | { readonly kind: 'video'; readonly path: string }
  | { readonly kind: 'images'; readonly pattern: string }
  | { readonly kind: 'address'; readonly url: string };

/**
 * Reads `webcam[:DEVICE]`, `snapshots[:DEVICE]`, `browser`, `renderer`, `demo`, `mnist`, a video file, a folder, glob or file of pictures, or an
 * address. A file or folder that is called like a word is meant with a path: `./renderer`.
 *
 * Whether a file really is a video is for `probeVideo` to say.
 *
 * @throws {IrisflowError} `USAGE` when it is nothing of the kind, `INPUT` when a file or folder is missing or holds nothing, or the
 * package that a word needs is not installed.
 * @example
 * ```ts
 * import { parseSource } from 'irisflow/streams';
 *
 * console.log(await parseSource('webcam:/dev/video2')); // { kind: 'webcam', device: '/dev/video2' }
 * ```
 */
export async function parseSource(text: string): Promise<SourceSpec> {
  if (typeof text !== 'string' || text.trim() === '' || text.includes('\0')) {
    throw new IrisflowError('USAGE', `A source is missing. ${FORMS}`);
  }
  const named = namedSource(text);
  if (named) return named;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    throw new IrisflowError('USAGE', `Addresses such as ${redactAddress(text)} are not supported. ${FORMS}`);
  }
  const info = await stat(text).catch(() => undefined);
  if (info?.isDirectory() || (!info && isDynamicPattern(text))) {
    await findPictures(text);
    return { kind: 'images', pattern: text };
  }
  if (!info) throw new IrisflowError('INPUT', `There is no file or folder ${text}. ${FORMS}`);
  if (info.isFile() && info.size === 0) throw new IrisflowError('INPUT', `${text} is empty`);
  return isPictureName(text) && !/\.gif$/i.test(text)
    ? { kind: 'images', pattern: text }
    : { kind: 'video', path: text };
}

/** Words for sources in earlier releases, and the present ones. */
const FORMER_WORDS: Readonly<Record<string, string>> = { eyes: 'renderer' };

/** A source as it is written today, where it was written with a former word. */
export function currentSource(text: string): string {
  return Object.hasOwn(FORMER_WORDS, text) ? (FORMER_WORDS[text] as string) : text;
}

/** A source as it was written in earlier releases. */
export function formerSource(text: string): string {
  return Object.entries(FORMER_WORDS).find(([, word]) => word === text)?.[0] ?? text;
}

/** A source that is no file: a word, a camera or an address. `undefined` for all else; throws as {@link parseSource}. */
export function namedSource(text: string): SourceSpec | undefined {
  const word = currentSource(text);
  if (word === 'browser' || word === 'renderer' || word === 'demo') return { kind: word };
  if (text === 'mnist') {
    digitsFolder();
    return { kind: text };
  }
  const camera = /^(webcam|snapshots)(?::(.*))?$/s.exec(text);
  if (camera) {
    const kind = camera[1] as 'webcam' | 'snapshots';
    return camera[2] === undefined ? { kind } : { kind, device: checkDeviceName(camera[2]) };
  }
  return isAddress(text) ? { kind: 'address', url: checkAddress(text) } : undefined;
}

const FORMS =
  'A source is webcam[:DEVICE], snapshots[:DEVICE], browser, renderer, demo, mnist, a video file, a folder or glob of pictures, or an address (rtsp://, http://).';

function checkAddress(url: string): string {
  try {
    if (new URL(url).hostname !== '') return url;
  } catch {
    // Told below.
  }
  throw new IrisflowError('USAGE', `${redactAddress(url)} is not a complete address`);
}
