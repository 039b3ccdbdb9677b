/** What both kinds of session do about training: run the loop, keep the metrics in step with the checkpoint, tell of restarts. */
import { lastValueFrom, type Observable, type Subscription, share } from 'rxjs';
import { messageOf } from '../errors.js';
import { watchLearning } from '../models/learning-watch.js';
import type { StepReport } from '../models/types.js';
import type { RunFolder } from './run-folder.js';
import type { Trainer } from './trainer.js';
import { type TrainingLoopOptions, trainingLoop } from './training-loop.js';

export interface LearningOptions extends Pick<TrainingLoopOptions, 'draw' | 'steps'> {
  /** Told of what went wrong without ending the training. */
  readonly tell: (message: string) => void;
  /** Called when all steps are made, or with the error when it cannot go on. */
  readonly onEnd: (error?: unknown) => void;
}

export class Learning {
  /** Every step's report. */
  readonly reports: Observable<StepReport>;
  private readonly stopping = new AbortController();
  private readonly ended: Promise<unknown>;
  private readonly running: Subscription[];

  /** Starts at once. */
  constructor(trainer: Trainer, folder: RunFolder, { draw, steps, tell, onEnd }: LearningOptions) {
    const loop = trainingLoop(trainer, {
      draw,
      steps,
      stop: this.stopping.signal,
      onLost: (reason) => tell(`a training step was lost: ${reason}`),
    });
    this.reports = loop.pipe(share());
    this.ended = lastValueFrom(this.reports, { defaultValue: undefined }).catch(() => undefined);
    const { metrics } = folder;
    // A full disk costs lines of the metrics, not the training.
    const attempt = (write: () => void) => {
      try {
        write();
      } catch (error) {
        tell(messageOf(error));
      }
    };
    const watch = watchLearning();
    this.running = [
      trainer.state.subscribe((state) => {
        if (state.status === 'restarting') tell(`the trainer is restarted from the last checkpoint: ${state.reason}`);
        if (state.status === 'running' && state.restarts > 0) attempt(() => metrics.rewind(trainer.step));
      }),
      this.reports.subscribe({
        next: (report) => {
          attempt(() => metrics.append(report));
          for (const trouble of watch(report)) tell(`step ${trouble.step}: ${trouble.message}`);
        },
        error: onEnd,
        complete: () => onEnd(),
      }),
    ];
  }

  /** Lets the step under way end and be reported. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.ended;
    for (const subscription of this.running) subscription.unsubscribe();
  }
}
