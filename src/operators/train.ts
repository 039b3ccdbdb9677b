/** Discriminator and generator updates as an operator: it takes batches and emits a report for each step. */
import { defer, type OperatorFunction } from 'rxjs';
import type { BatchDraw } from '../data/training-data.js';
import { IrisflowError } from '../errors.js';
import type { Counter } from '../flow/counter.js';
import { type FailureOptions, FailureWatch } from '../flow/failures.js';
import { stage } from '../flow/stage.js';
import type { Requirements, StepReport, TrainingBatch } from '../models/types.js';

/** An object that trains on one batch after the other: a model of `openModel`, a `Trainer`, a `Training`, or your own. */
export interface Learner {
  /** Makes one step. The operator never calls it before the previous step has ended. */
  train(batch: TrainingBatch): Promise<StepReport>;
  /** Number of steps done so far. Required where batches are drawn for the learner (`BatchDraw`). */
  readonly step?: number;
  /** How many pictures the next step takes. Required where batches are drawn for the learner (`BatchDraw`). */
  readonly requires?: Requirements;
  /** Resolves when a step can be made, for example after a training process that crashed has been restarted. */
  ready?(): Promise<unknown>;
}

/** Options of {@link train}. */
export interface TrainOptions extends FailureOptions {
  /** Counts batches: `out` is the number of steps that succeeded, `failed` of those that failed. */
  readonly counts?: Counter;
}

/** Number of steps that may fail in a row. */
const MAX_FAILURES = 10;

/**
 * Makes one training step with each batch, discriminator and generator updates as the recipe orders them, and emits the report of the step.
 *
 * - **overlap**: never two steps at once, and no batch is lost. A source with back-pressure, such as `pooled`, is held during a step,
 *   so that its next batch is drawn after the weights were updated. Of a source without back-pressure 256 batches may wait before the stream
 *   fails with `OVERFLOW`.
 * - **completion**: after the step of the last batch.
 * - **error**: of the source at once. A step that fails counts as failed and `onFailure` is called; after `maxFailures` (default 10) failed
 *   steps in a row the stream errors.
 * - **unsubscribe**: drops the waiting batches. A step under way continues to its end.
 * - **memory**: one batch.
 *
 * @example
 * ```ts
 * import { map, of } from 'rxjs';
 * import { openEngine } from 'irisflow/engine';
 * import { recipeNamed } from 'irisflow/models';
 * import { train } from 'irisflow/operators';
 *
 * const recipe = recipeNamed('simgan');
 * const training = await recipe.createTraining(await openEngine(), recipe.configure('live', { width: 32, height: 32 }));
 * const pictures = () => new Uint8Array(16 * 32 * 32 * 3).map(() => Math.random() * 256);
 * of(1, 2, 3)
 *   .pipe(map(() => ({ synthetic: pictures(), real: pictures() })), train(training))
 *   .subscribe(({ step, losses }) => console.log(step, losses));
 * ```
 *
 * @throws IrisflowError `USAGE` for an option out of its range
 */
export function train(
  learner: Learner,
  options: TrainOptions = {},
): OperatorFunction<BatchDraw | TrainingBatch, StepReport> {
  const watch = () => new FailureWatch('a training step', options, MAX_FAILURES);
  watch();
  return (source) =>
    defer(() => {
      const failures = watch();
      const makeStep = async (given: BatchDraw | TrainingBatch, signal: AbortSignal): Promise<StepReport> => {
        await learner.ready?.();
        const batch = 'draw' in given ? await drawFor(learner, given) : given;
        signal.throwIfAborted();
        const report = await learner.train(batch);
        failures.succeeded();
        return report;
      };
      const onFailure = (error: unknown): undefined => failures.failed(error);
      return source.pipe(stage(makeStep, { overflow: 'block', capacity: 0, counts: options.counts, onFailure }));
    });
}

function drawFor({ step, requires }: Learner, batch: BatchDraw): Promise<TrainingBatch> {
  if (step !== undefined && requires !== undefined) return batch.draw(step + 1, requires);
  throw new IrisflowError(
    'USAGE',
    'the learner does not say which batch it needs: add `step` and `requires` to it, or draw the batches before `train`',
  );
}
