/** Draws batch after batch from training data, as fast as the consumer trains on them. */
import { setImmediate } from 'node:timers/promises';
import { Observable } from 'rxjs';
import type { BatchDraw, TrainingData } from '../data/training-data.js';
import { createFlow } from '../flow/hold.js';

/**
 * Emits one batch after the other. The consumer draws the pictures of each (see `BatchDraw`). While a pool is empty it waits for the first
 * crop. While the consumer holds it (back-pressure), as `train` does, it emits nothing. Otherwise it emits at every turn of the event loop.
 *
 * - **completion**: never, because another batch can always be drawn from the data.
 * - **error**: never. A draw that fails rejects the promise of the consumer that draws.
 * - **unsubscribe**: stops at once.
 * - **memory**: none.
 *
 * @example
 * ```ts
 * import { mergeMap, take } from 'rxjs';
 * import { TrainingData } from 'irisflow/data';
 * import { drawBatches } from 'irisflow/operators';
 *
 * const data = new TrainingData();
 * const eye = { data: new Uint8Array(64 * 64 * 3), width: 64, height: 64, time: 0, sequence: 0, source: 'black' };
 * data.synthetic.add(eye);
 * data.real.add(eye);
 * drawBatches(data)
 *   .pipe(take(2), mergeMap((batch, step) => batch.draw(step, { synthetic: 16, real: 16 })))
 *   .subscribe(({ synthetic }) => console.log(synthetic.length));
 * ```
 */
export function drawBatches(data: TrainingData): Observable<BatchDraw> {
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
    const next: BatchDraw = {
      draw: (step, requires, augmentation) => data.draw(step, requires, augmentation),
      flow,
    };
    const run = async () => {
      while (!subscriber.closed) {
        if (held || !data.holds(1)) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        } else subscriber.next(next);
        // The rest of the event loop runs between two batches, also where the consumer never holds the source.
        await setImmediate();
      }
    };
    subscriber.add(data.changed.subscribe(() => wake()));
    subscriber.add(() => wake());
    void run();
  });
}
