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
  /** Number of crops of each input that are gathered before the first batch, so that they differ in time. Default 32. */
  readonly minimum?: number;
  /** Training data to add the crops to, for inspection or for use in several subscriptions. The options of `TrainingData` are then ignored. */
  readonly data?: TrainingData;
  /** Called for each new crop once `minimum` crops are there; batches are drawn after it has returned true. Default: at once. */
  readonly begin?: (data: TrainingData) => boolean;
}

/** A value whose crops are gathered: a frame with its crops, or a single crop. */
export type PooledInput = CroppedFrame | Frame;

/**
 * Gathers the crops of the source, which is the synthetic input, and of `real$`, and emits unpaired batches of both for `train`:
 * synthetic and real pictures are drawn independently of each other. Each input keeps `capacity` crops for training; when its pool is
 * full, a new crop replaces one chosen at random. One crop in eight is held out of training, for measurements.
 *
 * Without `real$` the source is the real input, for recipes that learn from pictures, labelled pictures or pairs; `kind` says which.
 *
 *     synthetic ─ crops ─▶ [ pool, held out ] ─┐
 *                                              ├─ batch, batch, batch …  as fast as `train` consumes them
 *     real ────── crops ─▶ [ pool, held out ] ─┘
 *
 * - **overlap**: crops are gathered while batches are drawn. The next batch is emitted when the consumer no longer holds the source.
 * - **completion**: never, because another batch can always be drawn from the pools. The crops of an input that completes stay in its
 *   pool. If an input that is drawn from completes without a crop, the stream errors with `INPUT`.
 * - **error**: of either input at once; `INPUT` for crops that differ in size.
 * - **unsubscribe**: unsubscribes both inputs.
 * - **memory**: `capacity` × 1⅛ crops of each input, which are not copied.
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
  const { data: sharedData, begin = () => true, ...dataOptions } = options;
  const minimum = integerOption('minimum', options.minimum ?? 32, 1);
  const openData = () => sharedData ?? new TrainingData(dataOptions);
  // A wrong option throws here and not at the subscription.
  openData();
  return (source) =>
    new Observable((subscriber) => {
      const data = openData();
      const runningInputs = new Set<InputKind>(real$ ? ['synthetic', 'real'] : ['real']);
      let started = false;

      const start = () => {
        started = true;
        subscriber.add(drawBatches(data).subscribe(subscriber));
      };
      const gather = (name: InputKind, input$: Observable<PooledInput>) =>
        input$.subscribe({
          next: (value) => {
            try {
              for (const crop of 'crops' in value ? value.crops : [value]) data[name].add(crop);
              if (!started && data.holds(minimum) && begin(data)) start();
            } catch (error) {
              subscriber.error(error);
            }
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            runningInputs.delete(name);
            const { size } = data[name].learn;
            if (size === 0) {
              const message = `the ${name} input ended without a crop: there is nothing to learn from`;
              subscriber.error(new IrisflowError('INPUT', message));
            } else if (runningInputs.size === 0 && !started) start();
          },
        });

      subscriber.add(gather(real$ ? 'synthetic' : 'real', source));
      if (real$ && !subscriber.closed) subscriber.add(gather('real', real$));
    });
}
