/** Draws batch after batch from training data, as fast as somebody learns from them. */
import { setImmediate } from 'node:timers/promises';
import { Observable } from 'rxjs';
import type { BatchDraw, TrainingData } from '../data/training-data.js';
import { createFlow } from '../flow/hold.js';

/**
 * Emits one batch after the other, each still to be drawn (see `BatchDraw`). While a pool is empty it waits for the first crop. While it
 * is held, as `train` holds it, it emits nothing. Without anyone to hold it, it emits at every turn of the event loop.
 *
 * - **completion**: never, because data can always give another batch.
 * - **error**: never. A draw that fails is the failure of who draws.
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
        // Others get their turn, also where nobody holds it.
        await setImmediate();
      }
    };
    subscriber.add(data.changed.subscribe(() => wake()));
    subscriber.add(() => wake());
    void run();
  });
}
