/** The record of a training: every step's report in `metrics.jsonl`, and the learning state that the reports add up to. */
import { BehaviorSubject, distinctUntilChanged, filter, type Observable } from 'rxjs';
import { messageOf } from '../errors.js';
import { type LearningState, watchLearning } from '../models/safeguards/learning-state.js';
import type { Recipe, StepReport } from '../models/types.js';
import type { MetricsFile } from '../runs/metrics-file.js';

export class LearningRecord {
  readonly #states = new BehaviorSubject<LearningState | undefined>(undefined);
  #watch: ReturnType<typeof watchLearning>;
  #replayed: Promise<void>;

  /**
   * Starts with the reports that the file holds.
   *
   * @param metrics absent: nothing is written down
   * @param recipe what is trained
   * @param notify called with what went wrong without ending the training
   */
  constructor(
    private readonly metrics: MetricsFile | undefined,
    private readonly recipe: Recipe,
    private readonly notify: (message: string) => void,
  ) {
    this.#watch = watchLearning(recipe);
    this.#replayed = this.#replay();
  }

  /** Resolves when the reports of the file have been read. Reports are added after that. */
  get ready(): Promise<void> {
    return this.#replayed;
  }

  /** How learning goes: the present state once there is one, then each other one. */
  get state(): Observable<LearningState> {
    return this.#states.pipe(
      filter((state) => state !== undefined),
      distinctUntilChanged((a, b) => a.name === b.name),
    );
  }

  /** The present state with its present numbers; `undefined` before the first step. */
  get current(): LearningState | undefined {
    return this.#states.value;
  }

  /** Adds a step. Returns its report with the state that it left the learning in. */
  add(report: StepReport): StepReport {
    const state = this.#watch(report);
    const judged = { ...report, state: state.name };
    // A full disk costs lines of the metrics, not the training.
    this.#attempt(() => this.metrics?.append(judged));
    this.#states.next(state);
    return judged;
  }

  /** Forgets the steps after this one, which will be made again. */
  rewind(step: number): void {
    this.#attempt(() => this.metrics?.rewind(step));
    this.#replayed = this.#replay();
  }

  close(): void {
    this.#states.complete();
  }

  async #replay(): Promise<void> {
    const watch = watchLearning(this.recipe);
    try {
      for await (const report of this.metrics?.reports() ?? []) watch(report);
    } catch (error) {
      this.notify(messageOf(error));
    }
    this.#watch = watch;
  }

  #attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.notify(messageOf(error));
    }
  }
}
