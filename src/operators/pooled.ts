/** Gathers crops of two running streams, or of one, in pools that batches are drawn from. */
import { Observable, type OperatorFunction } from 'rxjs';
import { type BatchDraw, TrainingData, type TrainingDataOptions } from '../data/training-data.js';
import { IrisflowError } from '../errors.js';
import { integerOption } from '../flow/options.js';
import type { CroppedFrame, Frame } from '../frame.js';
import type { InputKind } from '../models/types.js';
import { drawBatches } from './draw-batches.js';

/** Options of {@link pooled}. */
export interface PooledOptions extends TrainingDataOptions {
  /** Crops of each input that must be there before the first batch, so that it is not all of one instant. Default 32. */
  readonly minimum?: number;
  /** Data of your own to gather in, for looking into it or for keeping it between subscriptions. The other options of data then do not count. */
  readonly data?: TrainingData;
  /** Asked with each new crop, once `minimum` are there, until it answers true. Default: training begins at once. */
  readonly begin?: (data: TrainingData) => boolean;
}

/** What can be gathered: a frame with its crops, or a crop by itself. */
export type PooledInput = CroppedFrame | Frame;

/**
 * Takes in the crops of the source, which are the synthetic ones, and of `real$`, and emits batches of both for `train`, unpaired:
 * synthetic and real pictures are drawn independently of each other. Each input keeps `capacity` crops to learn from; when they are
 * that many, a new one replaces one chosen at random. One crop in eight is held out of training, to measure on.
 *
 * Without `real$` the source is the real input, for recipes that learn from pictures, labelled pictures or pairs: say which as `kind`.
 *
 *     synthetic ─ crops ─▶ [ pool, held out ] ─┐
 *                                              ├─ batch, batch, batch …  as fast as they are learnt from
 *     real ────── crops ─▶ [ pool, held out ] ─┘
 *
 * - **overlap**: crops are taken in while batches are drawn. The next batch is emitted when the consumer no longer holds the last one.
 * - **completion**: never, because the pools can always give another batch. Inputs that complete leave what they brought. If an input
 *   that is drawn from completes without a crop, the stream errors with `INPUT`.
 * - **error**: of either input at once; `INPUT` for crops that differ in size.
 * - **unsubscribe**: unsubscribes both inputs.
 * - **memory**: 1⅛ of `capacity` crops of each input. They are kept as they are, not copied.
 *
 * @example
 * ```ts
 * import { map, range } from 'rxjs';
 * import { augmented, pooled } from 'irisflow/operators';
 *
 * const eye = { width: 64, height: 64, time: 0, source: 'eyes' };
 * const eyes = (fill: number) =>
 *   range(0, 64).pipe(map((sequence) => ({ ...eye, sequence, data: new Uint8Array(64 * 64 * 3).fill(fill + sequence) })));
 * const batches = eyes(0).pipe(pooled(eyes(100), { seed: 1 }), augmented());
 * batches.subscribe(async (batch) => console.log(await batch.draw(1, { synthetic: 16, real: 16 })));
 * ```
 *
 * @throws IrisflowError `USAGE` for an option out of its range
 */
export function pooled(
  real$: Observable<PooledInput>,
  options?: Omit<PooledOptions, 'kind' | 'classes'>,
): OperatorFunction<PooledInput, BatchDraw>;
export function pooled(
  options: PooledOptions & Required<Pick<PooledOptions, 'kind'>>,
): OperatorFunction<PooledInput, BatchDraw>;
export function pooled(
  first: Observable<PooledInput> | PooledOptions,
  second: PooledOptions = {},
): OperatorFunction<PooledInput, BatchDraw> {
  const [real$, options] = first instanceof Observable ? [first, second] : [undefined, first];
  const { data: given, begin = () => true, ...rest } = options;
  const minimum = integerOption('minimum', options.minimum ?? 32, 1);
  const gatherIn = () => given ?? new TrainingData(rest);
  gatherIn();
  return (source) =>
    new Observable((subscriber) => {
      const data = gatherIn();
      const left = new Set<InputKind>(real$ ? ['synthetic', 'real'] : ['real']);
      let begun = false;

      const start = () => {
        begun = true;
        subscriber.add(drawBatches(data).subscribe(subscriber));
      };
      const gather = (name: InputKind, input$: Observable<PooledInput>) =>
        input$.subscribe({
          next: (value) => {
            try {
              for (const crop of 'crops' in value ? value.crops : [value]) data[name].add(crop);
              if (!begun && data.holds(minimum) && begin(data)) start();
            } catch (error) {
              subscriber.error(error);
            }
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            left.delete(name);
            const { size } = data[name].learn;
            if (size === 0) {
              const message = `the ${name} input ended without a crop: there is nothing to learn from`;
              subscriber.error(new IrisflowError('INPUT', message));
            } else if (left.size === 0 && !begun) start();
          },
        });

      subscriber.add(gather(real$ ? 'synthetic' : 'real', source));
      if (real$ && !subscriber.closed) subscriber.add(gather('real', real$));
    });
}
