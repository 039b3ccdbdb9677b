/** Decodes picture files to 8-bit sRGB with sharp, rotated upright and without alpha. */
import { readFile, stat } from 'node:fs/promises';
import sharp from 'sharp';
import { IrisflowError, messageOf } from '../../errors.js';
import type { RawPicture } from '../ffmpeg/ppm-reader.js';
import type { FrameSize } from '../size.js';
import { pictureFormat, refusedJpeg } from './format.js';

let configured = false;

/** sharp, configured for streams: without a cache, because pictures do not recur, and with one thread per picture. */
export function preparedSharp(): typeof sharp {
  if (!configured) {
    configured = true;
    sharp.cache(false);
    sharp.concurrency(1);
  }
  return sharp;
}

/** Largest picture file in bytes, all of which is read into memory. */
const MAX_BYTES = 256 * 2 ** 20;
/** Only a malicious picture takes longer to decode. */
const TIMEOUT_S = 30;

/** Options of {@link decodePicture}. */
export interface DecodeOptions {
  readonly size?: FrameSize;
  /** A wider picture is scaled down to so many columns while it is decoded. */
  readonly maxWidth?: number | undefined;
  /** Pictures with more pixels are refused before they are decoded. */
  readonly maxPixels: number;
}

/**
 * Reads one picture file.
 *
 * @throws {IrisflowError} `INPUT` when it is missing, not a regular file, damaged, truncated or too large.
 */
export async function decodePicture(path: string, options: DecodeOptions): Promise<RawPicture> {
  const { size, maxWidth, maxPixels } = options;
  try {
    // Opening a pipe or a device could block a thread of the pool for ever.
    const info = await stat(path);
    if (!info.isFile()) throw new Error('it is not a file');
    if (info.size > MAX_BYTES) throw new Error(`it has ${info.size} bytes, more than ${MAX_BYTES}`);
    const bytes = await readFile(path);
    if (bytes.length === 0) throw new Error('it is empty');
    const found = pictureFormat(bytes);
    if ('not' in found) throw new Error(found.not);
    const refused = found.format === 'jpeg' ? refusedJpeg(bytes, maxPixels) : undefined;
    if (refused) throw new Error(refused);
    let picture = preparedSharp()(bytes, { autoOrient: true, limitInputPixels: maxPixels });
    picture = picture.timeout({ seconds: TIMEOUT_S });
    if (maxWidth && !size) picture = picture.resize({ width: maxWidth, withoutEnlargement: true });
    if (size) picture = picture.resize({ width: size.width, height: size.height, fit: size.fit ?? 'inside' });
    const decoded = await picture.flatten().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
    return {
      data: new Uint8Array(decoded.data.buffer, decoded.data.byteOffset, decoded.data.length),
      width: decoded.info.width,
      height: decoded.info.height,
    };
  } catch (cause) {
    throw new IrisflowError('INPUT', `The picture ${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
