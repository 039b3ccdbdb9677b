/** A model that refines and learns at the same time: a worker thread with the generator, a training process, and its run. */
import { setImmediate } from 'node:timers/promises';
import { type Observable, ReplaySubject } from 'rxjs';
import type { EngineName, EngineOptions } from '../engine/types.js';
import { messageOf } from '../errors.js';
import { Disposables } from '../flow/disposables.js';
import { stage } from '../flow/stage.js';
import type { Crop, Face, Frame } from '../frame.js';
import { moduleOf } from '../models/registry.js';
import type { LearningState } from '../models/safeguards/learning-state.js';
import type {
  CropRefiner,
  Recipe,
  RecipeConfig,
  Refinement,
  Requirements,
  StepReport,
  TrainingBatch,
} from '../models/types.js';
import type { Learner } from '../operators/train.js';
import type { RunFolder } from '../runs/run-folder.js';
import type { FaceDetector } from '../vision/detector/face-detector.js';
import type { SampleRequest } from '../workers/inference-host.js';
import { InferenceWorker } from '../workers/inference-worker.js';
import { type PublishedWeights, Trainer, type TrainerOptions, type TrainerState } from '../workers/trainer.js';
import { LearningRecord } from './learning-record.js';

/** What {@link Model.open} needs. */
export interface ModelParts extends EngineOptions, Pick<TrainerOptions, 'checkpointEvery' | 'keep' | 'keepEvery'> {
  readonly recipe: Recipe;
  readonly config: RecipeConfig;
  /** The open folder of the run; absent: nothing is kept. It is closed with the model. */
  readonly folder?: RunFolder;
  readonly engine?: EngineName | 'auto';
  /** Whether new weights go to the worker thread, so that it refines (or samples) with them. Default true. */
  readonly infers?: boolean;
  /** Nice value of the training process. */
  readonly niceness?: number;
  /** Called with what went wrong without ending anything, in words. */
  readonly notify: (message: string) => void;
}

/**
 * The one object that the operators of a chain share: `detectFaces(model)`, `refine(model)` and `train(model)`. Faces are found and crops
 * refined in a worker thread, steps are made in a process of lower priority. If that process dies it is started again from the last
 * checkpoint. See `openModel`.
 */
export class Model implements FaceDetector, CropRefiner, Learner {
  readonly #weights = new ReplaySubject<PublishedWeights>(1);
  readonly #record: LearningRecord;
  readonly #disposables: Disposables;
  #underWay: Promise<unknown> | undefined;
  #began = 0;

  private constructor(
    private readonly parts: ModelParts,
    private readonly worker: InferenceWorker,
    private readonly trainer: Trainer,
    record: LearningRecord,
    disposables: Disposables,
    /** Numbers of noise that a picture of {@link sample} takes; 0 in recipes that refine. */
    readonly noiseSize: number,
  ) {
    this.#record = record;
    this.#disposables = disposables;
  }

  /**
   * Rejects with `CHECKPOINT` where the folder's checkpoint does not fit, with `ENGINE` where no engine works.
   *
   * @internal
   */
  static async open(parts: ModelParts): Promise<Model> {
    const { recipe, config, folder, infers = true, notify, ...options } = parts;
    const disposables = new Disposables();
    try {
      if (folder) disposables.add(closedAtExit(folder));
      const onRestart = (reason: string) => notify(`the inference worker is started again: ${reason}`);
      const worker = await InferenceWorker.open({ ...options, onRestart });
      disposables.add(() => worker.close());
      const module = moduleOf(recipe);
      const load = { config, module, version: 0 };
      const noiseSize = !infers
        ? 0
        : recipe.createSampler
          ? await worker.loadSampler(load)
          : await loaded(worker, load);
      const weights = new ReplaySubject<PublishedWeights>(1);
      const trainer = await Trainer.open(
        { ...options, config, module, folder: folder?.path, onSaveFailure: (error) => notify(messageOf(error)) },
        (published) => weights.next(published),
      );
      disposables.add(() => trainer.close());
      folder?.metrics.rewind(trainer.step);
      const record = new LearningRecord(folder?.metrics, recipe, notify);
      const model = new Model(parts, worker, trainer, record, disposables, noiseSize);
      model.#follow(weights);
      return model;
    } catch (error) {
      await disposables.dispose();
      throw error;
    }
  }

  /** The recipe that it is trained by. */
  get recipe(): Recipe {
    return this.parts.recipe;
  }

  /** The recipe's options. */
  get config(): RecipeConfig {
    return this.parts.config;
  }

  /** The size of the crops that it learns from and refines, in pixels. */
  get size(): { readonly width: number; readonly height: number } {
    const { width, height } = this.parts.config;
    return { width, height };
  }

  /** Which engine trains, and why. */
  get description(): string {
    return this.trainer.description;
  }

  /** Whether it continued a checkpoint when it was opened. */
  get resumed(): boolean {
    return this.trainer.resumed;
  }

  /** Steps done so far. */
  get step(): number {
    return this.trainer.step;
  }

  /** How many pictures the next step takes. */
  get requires(): Requirements {
    return this.trainer.requires;
  }

  /** The version of the newest weights. Versions only grow. */
  get version(): number {
    return this.trainer.version;
  }

  /** Resident bytes of the training process, as of its last step. */
  get trainerMemory(): number {
    return this.trainer.memory;
  }

  /** Whether the training process runs, and how often it has been started again. */
  get trainerState(): Observable<TrainerState> {
    return this.trainer.state;
  }

  /**
   * New weights of the generator with their version: the present ones at once, then at most two a second while it learns. The worker takes
   * each between two refinements. Completes when the model is closed.
   */
  get versions$(): Observable<PublishedWeights> {
    return this.#weights.asObservable();
  }

  /** How learning goes: the present state once there is one, then each other one. Completes when the model is closed. */
  get state$(): Observable<LearningState> {
    return this.#record.state;
  }

  /** The present state with its present numbers; `undefined` before the first step. */
  get learningState(): LearningState | undefined {
    return this.#record.current;
  }

  /** Finds faces in the worker thread. */
  detect(frame: Frame, previous?: Face): Promise<readonly Face[]> {
    return this.worker.detect(frame, previous);
  }

  /** Refines crops of the size of the model in the worker thread. Rejects with `MODEL` where crops differ in size. */
  refine(crops: readonly Crop[]): Promise<Refinement> {
    return this.worker.refine(crops);
  }

  /** RGB bytes of the pictures that a generator makes of noise, and the version of its weights. */
  sample(request: SampleRequest): Promise<{ readonly pictures: Uint8Array; readonly version: number }> {
    return this.worker.sample(request);
  }

  /** Resolves when a step can be made: at once, or when a training process that died is back at its last checkpoint. */
  async ready(): Promise<void> {
    await this.trainer.ready();
    await this.#record.ready;
  }

  /** Makes one step, writes its report down and returns it, with the learning state. Not re-entrant: await each call. */
  train(batch: TrainingBatch): Promise<StepReport> {
    const made = this.trainer.train(batch).then((report) => this.#record.add(report));
    const settled = made.then(
      () => undefined,
      () => undefined,
    );
    this.#underWay = settled;
    this.#began = performance.now();
    void settled.then(() => {
      if (this.#underWay === settled) this.#underWay = undefined;
    });
    return made;
  }

  /** Whether a step is under way. */
  get busy(): boolean {
    return this.#underWay !== undefined;
  }

  /** Seconds since the step under way began; 0 where there is none. */
  get stepSeconds(): number {
    return this.busy ? (performance.now() - this.#began) / 1000 : 0;
  }

  /**
   * Begins to end: resolves when the step under way has ended and its report has been delivered, at once where there is none. A step that
   * takes far longer than those before it is given up. Close the model after it.
   */
  async finish(): Promise<void> {
    if (!this.#underWay) return;
    this.trainer.hurry();
    await this.#underWay;
    await setImmediate();
  }

  /** Writes the checkpoint now. */
  save(): Promise<void> {
    return this.trainer.save();
  }

  /** Waits for the step under way, saves, and ends the thread and the process. What hangs is ended after three seconds. */
  async close(): Promise<void> {
    await this.finish();
    try {
      await this.#disposables.dispose();
    } finally {
      this.#record.close();
      this.#weights.complete();
    }
  }

  /** Hands new weights to the worker and to {@link versions$}, and keeps the record in step with the training process. */
  #follow(weights: Observable<PublishedWeights>): void {
    const { infers = true, notify } = this.parts;
    const swap = async (published: PublishedWeights): Promise<PublishedWeights> => {
      if (infers) await this.worker.swap(published.weights, published.version);
      return published;
    };
    const onFailure = (error: unknown): undefined => notify(`new weights refused: ${messageOf(error)}`) as undefined;
    weights.pipe(stage(swap, { overflow: 'latest', onFailure })).subscribe((taken) => this.#weights.next(taken));
    this.trainer.state.subscribe((state) => {
      if (state.status === 'restarting') notify(`the trainer is restarted from the last checkpoint: ${state.reason}`);
      if (state.status === 'running' && state.restarts > 0) this.#record.rewind(this.trainer.step);
    });
    // A state that an earlier call has reached was told then.
    const startedAt = this.trainer.step;
    this.#record.state.subscribe(({ name, since, message, trouble }) => {
      if (since > startedAt && (trouble || name !== 'starting')) notify(`step ${since}: ${message}`);
    });
  }
}

/** The lock of a run goes with the process, however that ends. Returns how the folder is closed before. */
function closedAtExit(folder: RunFolder): () => void {
  const close = () => folder.close();
  process.on('exit', close);
  return () => {
    process.off('exit', close);
    folder.close();
  };
}

async function loaded(worker: InferenceWorker, load: Parameters<InferenceWorker['loadRefiner']>[0]): Promise<0> {
  await worker.loadRefiner(load);
  return 0;
}
