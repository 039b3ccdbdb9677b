/** Has a training learn from each batch. */
import type { OperatorFunction } from 'rxjs';
import type { Counter } from '../flow/counter.js';
import { stage } from '../flow/stage.js';
import type { StepReport, Training, TrainingBatch } from '../models/types.js';

/** Options of {@link train}. */
export interface TrainOptions {
  /** How many batches wait while a step runs, so that the trainer never does. Default 1. */
  readonly capacity?: number;
  /** Counts batches: out are steps done, failed are steps that failed. */
  readonly counts?: Counter;
  /** Told of each step that failed. */
  readonly onFailure?: (error: unknown, batch: TrainingBatch) => void;
}

/**
 * Trains on one batch after the other and emits what each step reports. A step that fails is counted and training goes on.
 *
 * - **overlap**: never two steps at once, and no batch is lost: `capacity` of them wait, and a source that can be held (as
 *   `drawBatches` can) is held meanwhile. Another one may run 256 batches ahead before the stream fails with `OVERFLOW`.
 * - **completion**: after the last batch was learnt.
 * - **error**: of the source at once; of `onFailure`. Not of a step.
 * - **unsubscribe**: drops what waits; the step under way is left to end.
 * - **memory**: `capacity + 1` batches.
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { train } from 'irisflow/operators';
 *
 * let step = 0;
 * const trainer = {
 *   train: async () => {
 *     step++;
 *     return { step, time: Date.now(), phase: 'none', losses: {}, accuracy: { real: 0.5, refined: 0.5 }, change: 0, skipped: 0 };
 *   },
 * };
 * const batch = { synthetic: new Uint8Array(64 * 64 * 3), real: new Uint8Array(64 * 64 * 3) };
 * of(batch, batch).pipe(train(trainer)).subscribe((report) => console.log(report.step));
 * ```
 *
 * @param trainer a training in this process or in a worker: all that is needed is its `train`
 * @throws IrisflowError `USAGE` for an option out of its range
 */
export function train(
  trainer: Pick<Training, 'train'>,
  options: TrainOptions = {},
): OperatorFunction<TrainingBatch, StepReport> {
  return stage((batch) => trainer.train(batch), {
    overflow: 'block',
    capacity: options.capacity ?? 1,
    ...(options.counts && { counts: options.counts }),
    onFailure: (error, batch) => {
      options.onFailure?.(error, batch);
      return undefined;
    },
  });
}
