/** What both kinds of session do about training: run the loop, keep the metrics in step with the checkpoint, tell of restarts. */
import {
  BehaviorSubject,
  distinctUntilChanged,
  filter,
  lastValueFrom,
  map,
  type Observable,
  type Subscription,
  share,
} from 'rxjs';
import { messageOf } from '../errors.js';
import { type LearningState, watchLearning } from '../models/safeguards/learning-state.js';
import type { RecipeTraits, StepReport } from '../models/types.js';
import type { MetricsFile } from '../runs/metrics-file.js';
import type { RunFolder } from '../runs/run-folder.js';
import type { Trainer } from '../workers/trainer.js';
import { type TrainingLoopOptions, trainingLoop } from './training-loop.js';

export interface LearningOptions extends Pick<TrainingLoopOptions, 'draw' | 'steps'> {
  /** What the recipe declares decides which states its learning can be in. */
  readonly recipe: RecipeTraits;
  /** Told of what went wrong without ending the training. */
  readonly tell: (message: string) => void;
  /** Called when all steps are made, or with the error when it cannot go on. */
  readonly onEnd: (error?: unknown) => void;
}

export class Learning {
  /** Every step's report, with the state that it left the learning in. */
  readonly reports: Observable<StepReport>;
  private readonly states = new BehaviorSubject<LearningState | undefined>(undefined);
  private readonly stopping = new AbortController();
  private readonly ended: Promise<unknown>;
  private readonly running: Subscription[];
  private readonly recipe: RecipeTraits;
  private watch: ReturnType<typeof watchLearning>;

  /** Starts at once, with what the reports of earlier sessions say of how learning goes. */
  constructor(trainer: Trainer, folder: RunFolder, options: LearningOptions) {
    const { draw, steps, recipe, tell, onEnd } = options;
    this.recipe = recipe;
    this.watch = watchLearning(recipe);
    const { metrics } = folder;
    // It has seen just the steps before the next one: also after a trainer's death, whose lost steps are made again.
    const replay = () => this.replay(metrics).catch((error) => tell(messageOf(error)));
    let replayed = replay();
    const loop = trainingLoop(trainer, {
      draw: async (step) => {
        await replayed;
        return draw(step);
      },
      steps,
      stop: this.stopping.signal,
      onLost: (reason) => tell(`a training step was lost: ${reason}`),
    });
    this.reports = loop.pipe(
      map((report) => {
        const state = this.watch(report);
        this.states.next(state);
        return { ...report, state: state.name };
      }),
      share(),
    );
    this.ended = lastValueFrom(this.reports, { defaultValue: undefined }).catch(() => undefined);
    // A full disk costs lines of the metrics, not the training.
    const attempt = (write: () => void) => {
      try {
        write();
      } catch (error) {
        tell(messageOf(error));
      }
    };
    this.running = [
      trainer.state.subscribe((state) => {
        if (state.status === 'restarting') tell(`the trainer is restarted from the last checkpoint: ${state.reason}`);
        if (state.status === 'running' && state.restarts > 0) {
          attempt(() => metrics.rewind(trainer.step));
          replayed = replay();
        }
      }),
      this.state.subscribe(({ name, since, message, trouble }) => {
        if (trouble || name !== 'starting') tell(`step ${since}: ${message}`);
      }),
      this.reports.subscribe({
        next: (report) => {
          attempt(() => metrics.append(report));
        },
        error: onEnd,
        complete: () => onEnd(),
      }),
    ];
  }

  /** How learning goes: the present state, then each other one. Completes with the training. */
  get state(): Observable<LearningState> {
    return this.states.pipe(
      filter((state) => state !== undefined),
      distinctUntilChanged((a, b) => a.name === b.name),
    );
  }

  /** The present state with its present numbers; `undefined` before the first step. */
  get judged(): LearningState | undefined {
    return this.states.value;
  }

  private async replay(metrics: MetricsFile): Promise<void> {
    const watch = watchLearning(this.recipe);
    for await (const report of metrics.reports()) watch(report);
    this.watch = watch;
  }

  /** Lets the step under way end and be reported. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.ended;
    for (const subscription of this.running) subscription.unsubscribe();
    this.states.complete();
  }
}
