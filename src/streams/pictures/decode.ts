/** Decodes picture files to 8-bit sRGB with sharp, rotated upright and without alpha. */
import { stat } from 'node:fs/promises';
import sharp from 'sharp';
import { IrisflowError, messageOf } from '../../errors.js';
import type { RawPicture } from '../ffmpeg/ppm-reader.js';
import type { FrameSize } from '../size.js';

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

/** Options of {@link decodePicture}. */
export interface DecodeOptions {
  readonly size?: FrameSize;
  /** Pictures with more pixels are refused before they are decoded. */
  readonly maxPixels: number;
}

/**
 * Reads one picture file.
 *
 * @throws {IrisflowError} `INPUT` when it is missing, not a regular file, damaged, truncated or too large.
 */
export async function decodePicture(path: string, options: DecodeOptions): Promise<RawPicture> {
  const { size, maxPixels } = options;
  try {
    // Opening a pipe or a device could block a thread of the pool for ever.
    if (!(await stat(path)).isFile()) throw new Error('it is not a file');
    let picture = preparedSharp()(path, { autoOrient: true, limitInputPixels: maxPixels });
    if (size) picture = picture.resize({ width: size.width, height: size.height, fit: size.fit ?? 'inside' });
    const { data, info } = await picture.flatten().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
    return {
      data: new Uint8Array(data.buffer, data.byteOffset, data.length),
      width: info.width,
      height: info.height,
    };
  } catch (cause) {
    throw new IrisflowError('INPUT', `The picture ${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
