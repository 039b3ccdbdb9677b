/** Discriminator and generator updates as a link of a chain: batches in, one report a step out. */
import { defer, type OperatorFunction } from 'rxjs';
import type { BatchDraw } from '../data/training-data.js';
import { IrisflowError } from '../errors.js';
import type { Counter } from '../flow/counter.js';
import { type FailureOptions, FailureWatch } from '../flow/failures.js';
import { stage } from '../flow/stage.js';
import type { Requirements, StepReport, TrainingBatch } from '../models/types.js';

/** Something that learns from one batch after the other: a model of `openModel`, a `Trainer`, a `Training`, or your own. */
export interface Learner {
  /** Makes one step. `train` never calls it before the last step has ended. */
  train(batch: TrainingBatch): Promise<StepReport>;
  /** Steps done so far. Needed for batches that are still to be drawn. */
  readonly step?: number;
  /** How many pictures the next step takes. Needed for batches that are still to be drawn. */
  readonly requires?: Requirements;
  /** Resolves when a step can be made, for example when a training process that died is back. */
  ready?(): Promise<unknown>;
}

/** Options of {@link train}. */
export interface TrainOptions extends FailureOptions {
  /** Counts batches: out are steps done, failed are steps that failed. */
  readonly counts?: Counter;
}

/** Steps that may fail in a row. */
const MAX_FAILURES = 10;

/**
 * Makes one training step of each batch, discriminator and generator updates as the recipe orders them, and emits what the step reports.
 *
 * - **overlap**: never two steps at once, and no batch is lost. A source that can be held, as `pooled` can, is held while a step is made,
 *   so its next batch is drawn for the weights that the step leaves. Of another source 256 batches may wait before the stream fails with
 *   `OVERFLOW`.
 * - **completion**: after the last batch was learnt from.
 * - **error**: of the source at once. A step that fails counts as failed and `onFailure` is called; after `maxFailures` (default 10) failed
 *   steps in a row the stream errors.
 * - **unsubscribe**: drops what waits. The step under way is left to end.
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
        const batch = 'draw' in given ? await drawn(given, learner) : given;
        signal.throwIfAborted();
        const report = await learner.train(batch);
        failures.succeeded();
        return report;
      };
      const onFailure = (error: unknown): undefined => failures.failed(error);
      return source.pipe(stage(makeStep, { overflow: 'block', capacity: 0, counts: options.counts, onFailure }));
    });
}

function drawn(batch: BatchDraw, { step, requires }: Learner): Promise<TrainingBatch> {
  if (step !== undefined && requires !== undefined) return batch.draw(step + 1, requires);
  throw new IrisflowError(
    'USAGE',
    'this learner does not say which batch it needs: give it `step` and `requires`, or draw batches yourself',
  );
}
