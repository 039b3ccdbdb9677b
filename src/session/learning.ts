/** What live and offline training share: batches become steps, until there are enough of them or the session ends. */
import {
  defer,
  EMPTY,
  type MonoTypeOperatorFunction,
  type Observable,
  Subject,
  type Subscription,
  takeUntil,
  takeWhile,
} from 'rxjs';
import type { BatchDraw } from '../data/training-data.js';
import { messageOf } from '../errors.js';
import type { StepReport } from '../models/types.js';
import { augmented } from '../operators/augmented.js';
import { train } from '../operators/train.js';
import type { Model } from './model.js';

/** Options of {@link Learning}. */
export interface LearningOptions {
  /** Steps to go. Those that a dead training process lost are made again and count once. Default: endless. */
  readonly steps?: number;
  /** Whether pictures may be varied. Default true. */
  readonly varied?: boolean;
  /** Called with each step that was lost, in words. */
  readonly notify: (message: string) => void;
}

/** The learning link of a session's chain, and how it is stopped. */
export class Learning {
  readonly #reports = new Subject<StepReport>();
  readonly #steps$: Observable<StepReport>;
  readonly #stop = new Subject<void>();

  constructor(
    private readonly model: Model,
    batches$: Observable<BatchDraw>,
    { steps, varied = true, notify }: LearningOptions,
  ) {
    const onFailure = (error: unknown) => notify(`a training step was lost: ${messageOf(error)}`);
    this.#steps$ = batches$.pipe(
      takeUntil(this.#stop),
      varied ? augmented({ seed: model.config.seed }) : (drawn) => drawn,
      train(model, { onFailure }),
      forSteps(model, steps),
    );
  }

  /** Every step's report, with the state that it left the learning in. Completes after `steps` or when stopped. */
  get reports(): Observable<StepReport> {
    return this.#reports.asObservable();
  }

  /** Starts: the inputs are subscribed, and steps are made until the returned subscription ends. */
  start(): Subscription {
    return this.#steps$.subscribe(this.#reports);
  }

  /** Begins no further step. Resolves when the one under way has ended and its report has been delivered, or it was given up. */
  async stop(): Promise<void> {
    this.#stop.next();
    await this.model.finish();
  }
}

/** Completes with the report of the step that is so many steps further than the present one. */
export function forSteps(
  learner: { readonly step: number },
  steps: number | undefined,
): MonoTypeOperatorFunction<StepReport> {
  return (reports) =>
    defer(() => {
      if (steps === undefined) return reports;
      const target = learner.step + steps;
      return steps === 0 ? EMPTY : reports.pipe(takeWhile(({ step }) => step < target, true));
    });
}
