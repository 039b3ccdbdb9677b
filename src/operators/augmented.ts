/** Augments the pictures of batches at random, so that training generalises from a small set of them. */
import { map, type OperatorFunction } from 'rxjs';
import { checkAugmentation } from '../data/augmentation.js';
import type { BatchAugmentation, BatchDraw } from '../data/training-data.js';
import { integerOption } from '../flow/options.js';

/**
 * Augments the pictures of each batch: flip, zoom, rotation, shear, shift, brightness and noise (see `Augmentation`). Both pictures of a pair
 * are transformed equally. Held-out pictures are not changed.
 *
 * Without amounts, the defaults of `Augmentation` apply, but half of the synthetic pictures and all real ones are only flipped and shifted by
 * whole pixels: resampling smooths noise and texture, and the refiner would learn to smooth. Labelled pictures are not flipped.
 *
 * - **overlap**: none. The pictures are augmented when the batch is drawn, in slices of about 2 ms.
 * - **completion, error**: passed on from the source.
 * - **unsubscribe**: unsubscribes the source.
 * - **memory**: none.
 *
 * @example
 * ```ts
 * import { TrainingData } from 'irisflow/data';
 * import { augmented, drawBatches } from 'irisflow/operators';
 *
 * drawBatches(new TrainingData({ seed: 1 }))
 *   .pipe(augmented({ seed: 1, rotation: 10 }))
 *   .subscribe(async (batch) => console.log(await batch.draw(1, { synthetic: 16, real: 16 })));
 * ```
 *
 * @throws IrisflowError `USAGE` for an amount out of its range
 */
export function augmented(options: BatchAugmentation = {}): OperatorFunction<BatchDraw, BatchDraw> {
  const { seed, ...amounts } = options;
  checkAugmentation(amounts);
  if (seed !== undefined) integerOption('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  return map((batch) => ({ ...batch, draw: (step, requires) => batch.draw(step, requires, options) }));
}
