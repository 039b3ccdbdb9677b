/** A trainer that survives the death of its process: it comes back from the last checkpoint while the video goes on. */
import { setTimeout as pause } from 'node:timers/promises';
import { BehaviorSubject, type Observable } from 'rxjs';
import type { EngineName, EngineOptions, TensorRecord } from '../engine/types.js';
import { IrisflowError, messageOf } from '../errors.js';
import type { RecipeConfig, StepReport, Training, TrainingBatch } from '../models/types.js';
import { TrainingProcess } from './training-process.js';

/** Options of {@link Trainer.open}. */
export interface TrainerOptions extends EngineOptions {
  /** Default `auto`. */
  readonly engine?: EngineName | 'auto';
  /** The recipe's options. */
  readonly config: RecipeConfig;
  /** The path of the module that the recipe comes from. What `config` names is not imported unless it is named here. */
  readonly module?: string;
  /** The run folder. A checkpoint in it is continued; without a folder nothing is kept and a restart begins anew. */
  readonly folder?: string;
  /** Steps between checkpoints; where they take long, one a minute is written in between. Default 50. */
  readonly checkpointEvery?: number;
  /** How many versions of the checkpoint are kept, to roll back to; 0 keeps none. Default 5. */
  readonly keep?: number;
  /** Steps between two of them, at least. Default 250. */
  readonly keepEvery?: number;
  /** Nice value of the process, 0 to 19. Default 10: training takes what the video leaves. */
  readonly niceness?: number;
  /** Told of each checkpoint or version that could not be written. Training goes on, and the next one is tried in its turn. */
  readonly onSaveFailure?: (error: unknown) => void;
}

/** Whether the trainer process runs, and how often it has been started again. */
export type TrainerState =
  | { readonly status: 'running'; readonly restarts: number }
  | { readonly status: 'restarting'; readonly restarts: number; readonly reason: string }
  | { readonly status: 'closed'; readonly restarts: number };

/** Weights on their way to the refiner. Versions only ever grow. */
export interface PublishedWeights {
  /** By their names in the networks. */
  readonly weights: TensorRecord;
  /** 1 for the first weights of a run. */
  readonly version: number;
}

const RESTART_DELAY_MS = [200, 500, 1000, 2000, 5000];
const SAVE_INTERVAL_MS = 60_000;
/** What a step under way and the last save may take when the trainer is to end; more where they have taken more before. */
const END_GRACE_MS = 3000;
const PUBLISH_INTERVAL_MS = 500;
/** Large networks are published more rarely, so that their copies stay a small part of the work. */
const PUBLISH_BYTES_PER_MS = 2000;

/**
 * Trains one recipe in a {@link TrainingProcess} that it restarts when it dies. Not re-entrant: one `train` at a time. New weights are
 * handed to `publish` at most twice a second.
 */
export class Trainer {
  private readonly states: BehaviorSubject<TrainerState>;
  private lastPublish = 0;
  private publishInterval = PUBLISH_INTERVAL_MS;
  private readonly closing = new AbortController();
  private lastCall: NodeJS.Timeout | undefined;
  private closed: Promise<void> | undefined;
  private restarts = 0;
  private restarting: Promise<void> | undefined;
  private savedStep: number;
  /** When a checkpoint was last due, and at which step. */
  private due: { step: number; time: number };
  /** Resident bytes of the trainer process, as of its last step. */
  memory = 0;

  private constructor(
    private readonly options: TrainerOptions,
    private readonly publish: (published: PublishedWeights) => void,
    private worker: TrainingProcess,
    private at: { step: number; version: number; requires: Training['requires'] },
  ) {
    this.states = new BehaviorSubject<TrainerState>({ status: 'running', restarts: 0 });
    this.savedStep = at.step;
    this.due = { step: at.step, time: performance.now() };
    this.watch(worker);
    this.hand(worker.start.weights);
  }

  /** Starts the process. Rejects with `CHECKPOINT` where the folder's checkpoint does not fit, with `ENGINE` where none works. */
  static async open(options: TrainerOptions, publish: (published: PublishedWeights) => void): Promise<Trainer> {
    const worker = await startProcess(options);
    const { step, version, requires } = worker.start;
    return new Trainer(options, publish, worker, { step, version, requires });
  }

  /** Whether the process runs: the present state at once, then each change. Completes when it is closed. */
  get state(): Observable<TrainerState> {
    return this.states;
  }

  /** Which engine trains, and why. */
  get description(): string {
    return this.worker.start.description;
  }

  /** Whether it continued a checkpoint when it was opened. */
  get resumed(): boolean {
    return this.worker.start.resumed;
  }

  /** The recipe's options. */
  get config(): RecipeConfig {
    return this.options.config;
  }

  /** The process's number. It changes with a restart. */
  get pid(): number {
    return this.worker.pid;
  }

  /** Steps done so far. */
  get step(): number {
    return this.at.step;
  }

  /** The version of the weights that were published last. */
  get version(): number {
    return this.at.version;
  }

  /** How many pictures the next step takes. */
  get requires(): Training['requires'] {
    return this.at.requires;
  }

  /** Resolves when the process is there, after a death at the step of the last checkpoint. */
  async ready(): Promise<void> {
    // What a death sets off is set off in the same turn as the failing of its calls.
    await Promise.resolve();
    await this.restarting;
  }

  /**
   * One step. Rejects with `WORKER` when the process dies during it or is not there: the step is lost; see {@link ready}. A checkpoint
   * that became due with the step before is written first: by then that step's report has been taken, so whenever everything is
   * killed, who writes down reports at once has one of every step of the checkpoint.
   */
  async train(batch: TrainingBatch): Promise<StepReport> {
    this.checkOpen();
    await this.saveWhenDue();
    this.checkOpen();
    const publish = performance.now() - this.lastPublish >= this.publishInterval;
    const { report, requires, memory, weights, failures } = await this.worker.train(batch, publish);
    this.at = { ...this.at, step: report.step, requires };
    this.memory = memory;
    if (weights) this.hand(weights);
    this.tellFailures(failures);
    return report;
  }

  private checkOpen(): void {
    if (this.closing.signal.aborted) throw new IrisflowError('WORKER', 'the trainer was closed');
  }

  /** Writes the checkpoint now. */
  async save(): Promise<void> {
    if (this.restarting) return;
    if (!this.options.folder || this.savedStep === this.at.step) return;
    const { step, failures } = await this.worker.save(this.at.version);
    this.savedStep = step;
    this.tellFailures(failures);
  }

  /**
   * Says that the trainer is about to end: the process has three seconds for the step under way and the last save, or twice what they
   * have taken so far. After that it is killed, and what was not saved is lost.
   */
  hurry(): void {
    const { worker } = this;
    const grace = Math.max(END_GRACE_MS, 2 * worker.longest);
    this.lastCall ??= setTimeout(() => {
      this.closing.abort();
      worker.kill(`it did not end within ${Math.round(grace / 1000)} s`);
    }, grace).unref();
  }

  /** Saves, then ends the process, in as much time as {@link hurry} gives. A process that is being restarted has nothing to save. */
  close(): Promise<void> {
    this.closed ??= this.shut();
    return this.closed;
  }

  private async shut(): Promise<void> {
    this.hurry();
    this.closing.abort();
    try {
      await this.save();
    } finally {
      await this.restarting;
      await this.worker.close();
      clearTimeout(this.lastCall);
      this.states.next({ status: 'closed', restarts: this.restarts });
      this.states.complete();
    }
  }

  /** The step is made, whatever becomes of its checkpoint: a full disk does not end the training. */
  private async saveWhenDue(): Promise<void> {
    const { step } = this.at;
    const steps = step - this.due.step;
    if (steps < (this.options.checkpointEvery ?? 50) && performance.now() - this.due.time < SAVE_INTERVAL_MS) return;
    this.due = { step, time: performance.now() };
    try {
      await this.save();
    } catch (error) {
      this.options.onSaveFailure?.(error);
    }
  }

  private tellFailures(failures: readonly string[]): void {
    for (const message of failures) this.options.onSaveFailure?.(new IrisflowError('CHECKPOINT', message));
  }

  private hand(weights: TensorRecord): void {
    const bytes = Object.values(weights).reduce((sum, { data }) => sum + data.byteLength, 0);
    this.publishInterval = Math.max(PUBLISH_INTERVAL_MS, bytes / PUBLISH_BYTES_PER_MS);
    this.lastPublish = performance.now();
    this.at = { ...this.at, version: this.at.version + 1 };
    this.publish({ weights, version: this.at.version });
  }

  private watch(worker: TrainingProcess): void {
    void worker.ended.then((reason) => {
      if (this.closing.signal.aborted) return;
      // What was not saved is lost.
      this.at = { ...this.at, step: this.savedStep };
      this.restarting = this.restart(reason).finally(() => {
        this.restarting = undefined;
      });
    });
  }

  private async restart(reason: string): Promise<void> {
    const { signal } = this.closing;
    let why = `the trainer process ended (${reason})`;
    for (let attempt = 0; ; attempt++) {
      this.restarts++;
      this.states.next({ status: 'restarting', restarts: this.restarts, reason: why });
      const delay = RESTART_DELAY_MS[Math.min(attempt, RESTART_DELAY_MS.length - 1)];
      // Rejects when closed; there is nothing to restart then.
      await pause(delay, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        // After closing began it is closed with the rest.
        this.worker = await startProcess(this.options, signal);
        break;
      } catch (error) {
        why = messageOf(error);
      }
    }
    if (signal.aborted) return;
    const { step, version, requires, weights } = this.worker.start;
    this.at = { step, version: Math.max(version, this.at.version), requires };
    this.savedStep = step;
    this.due = { step, time: performance.now() };
    this.watch(this.worker);
    this.hand(weights);
    this.states.next({ status: 'running', restarts: this.restarts });
  }
}

function startProcess(options: TrainerOptions, signal?: AbortSignal): Promise<TrainingProcess> {
  const { engine = 'auto', config, module, folder, keep = 5, keepEvery = 250 } = options;
  const { niceness = 10, threads, executionProviders } = options;
  const versions = { count: keep, every: keepEvery };
  return TrainingProcess.open(
    { engine, config, module, folder, versions, niceness, threads, executionProviders },
    signal,
  );
}
