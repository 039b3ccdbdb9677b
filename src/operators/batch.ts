/** Packs crops into batches of a fixed size. */
import { bufferCount, filter, map, type OperatorFunction } from 'rxjs';
import { IrisflowError } from '../errors.js';
import { choiceOption, integerOption } from '../flow/options.js';
import type { Flow, Frame, FrameLabels } from '../frame.js';

/** Options of {@link batch}. */
export interface BatchOptions {
  /** How many crops make a batch. */
  readonly size: number;
  /** What becomes of a last batch that is not full: `keep` emits it short, `drop` drops it. Default `keep`. */
  readonly remainder?: 'keep' | 'drop';
}

/** Crops packed one after the other. */
export interface CropBatch {
  /** RGB bytes, `count · height · width · 3` of them. */
  readonly data: Uint8Array;
  /** How many crops it holds. */
  readonly count: number;
  /** Columns of each, in pixels. */
  readonly width: number;
  /** Rows of each, in pixels. */
  readonly height: number;
  /** Of each crop; `undefined` where it has none. */
  readonly labels: readonly (FrameLabels | undefined)[];
  /** Sequence number of each crop. */
  readonly sequences: readonly number[];
  /** The hold on the source of the last crop, where it has one. */
  readonly flow?: Flow;
}

/**
 * Packs every `size` crops into one array of bytes.
 *
 * - **overlap**: none, it works at once.
 * - **completion**: emits what is left as `remainder` says, then completes.
 * - **error**: of the source at once, dropping the batch begun. A batch of crops that differ in size fails the stream with
 *   `INPUT`.
 * - **unsubscribe**: unsubscribes the source and drops the batch begun.
 * - **memory**: one batch. Each emitted batch has its own bytes.
 *
 * @example
 * ```ts
 * import { range, map } from 'rxjs';
 * import { batch } from 'irisflow/operators';
 *
 * const eye = { data: new Uint8Array(64 * 64 * 3), width: 64, height: 64, time: 0, source: 'eyes' };
 * range(0, 40)
 *   .pipe(map((sequence) => ({ ...eye, sequence })), batch({ size: 16 }))
 *   .subscribe(({ count }) => console.log(count));
 * ```
 *
 * @throws IrisflowError `USAGE` for an option out of its range
 */
export function batch(options: BatchOptions): OperatorFunction<Frame, CropBatch> {
  const size = integerOption('size', options.size, 1);
  const remainder = choiceOption('remainder', options.remainder ?? 'keep', ['keep', 'drop']);
  return (source) =>
    source.pipe(
      bufferCount(size),
      filter((crops) => crops.length === size || remainder === 'keep'),
      map(pack),
    );
}

function pack(crops: readonly Frame[]): CropBatch {
  const { width = 0, height = 0 } = crops[0] ?? {};
  const bytes = width * height * 3;
  const data = new Uint8Array(crops.length * bytes);
  for (const [i, crop] of crops.entries()) {
    if (crop.width !== width || crop.height !== height) {
      throw new IrisflowError(
        'INPUT',
        `a crop of ${crop.width}×${crop.height} is in a batch with one of ${width}×${height}: crop to one size before batch()`,
      );
    }
    data.set(crop.data, i * bytes);
  }
  const flow = crops.at(-1)?.flow;
  return {
    data,
    count: crops.length,
    width,
    height,
    labels: crops.map(({ labels }) => labels),
    sequences: crops.map(({ sequence }) => sequence),
    ...(flow && { flow }),
  };
}
