/** A source of training batches that waits: for crops, and for who trains. */
import { setImmediate } from 'node:timers/promises';
import { Observable } from 'rxjs';
import { checkAugmentation } from '../data/augmentation.js';
import type { CropPool } from '../data/crop-pool.js';
import { type BatchSize, type DrawBatchOptions, drawBatch } from '../data/draw-batch.js';
import { createFlow } from '../flow/hold.js';
import { integerOption } from '../flow/options.js';
import type { Flow } from '../frame.js';
import type { TrainingBatch } from '../models/types.js';

/** Options of {@link drawBatches}. */
export interface DrawBatchesOptions extends Omit<DrawBatchOptions, 'step'> {
  /** The first batch's number; a training that resumes goes on where it stopped. Default 0. */
  readonly first?: number;
}

/** A batch, which one it is, and the hold on where it came from. */
export interface DrawnBatch extends TrainingBatch {
  readonly step: number;
  readonly flow: Flow;
}

/**
 * Draws batch after batch with {@link drawBatch}, for `train`. While a pool is empty it waits for the first crop; while it is
 * held it draws nothing. Without anyone to hold it, it draws as fast as it can.
 *
 * - **completion**: never: pools can always give another batch.
 * - **error**: `INPUT` where the pools' crops differ in size.
 * - **unsubscribe**: stops after the batch being drawn, and throws that away.
 * - **memory**: one batch. Each subscription begins at `first`.
 *
 * @example
 * ```ts
 * import { take } from 'rxjs';
 * import { CropPool } from 'irisflow/data';
 * import { drawBatches } from 'irisflow/operators';
 *
 * const [synthetic, real] = [new CropPool(), new CropPool()];
 * drawBatches(synthetic, real, { synthetic: 16, real: 16 }, { seed: 1 })
 *   .pipe(take(2))
 *   .subscribe(({ step }) => console.log(step));
 * const eye = { data: new Uint8Array(64 * 64 * 3), width: 64, height: 64, time: 0, sequence: 0, source: 'eyes' };
 * synthetic.add(eye);
 * real.add(eye);
 * ```
 *
 * @throws IrisflowError `USAGE` for an option out of its range
 */
export function drawBatches(
  synthetic: CropPool,
  real: CropPool,
  requires: BatchSize,
  options: DrawBatchesOptions,
): Observable<DrawnBatch> {
  const first = integerOption('first', options.first ?? 0, 0, Number.MAX_SAFE_INTEGER);
  if (options.augment) checkAugmentation(options.augment);
  return new Observable((subscriber) => {
    let held = false;
    let wake: () => void = () => undefined;
    const flow = createFlow(
      () => {
        held = true;
      },
      () => {
        held = false;
        wake();
      },
    );
    const hasCrops = () => (requires.synthetic === 0 || synthetic.size > 0) && (requires.real === 0 || real.size > 0);

    const run = async () => {
      for (let step = first; ; step++) {
        // Also where nobody holds it, others get their turn.
        await setImmediate();
        while (!subscriber.closed && (held || !hasCrops())) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        if (subscriber.closed) return;
        const batch = await drawBatch(synthetic, real, requires, { ...options, step });
        subscriber.next({ ...batch, step, flow });
      }
    };

    subscriber.add(() => wake());
    subscriber.add(synthetic.changed.subscribe(() => wake()));
    subscriber.add(real.changed.subscribe(() => wake()));
    run().catch((error: unknown) => subscriber.error(error));
  });
}
