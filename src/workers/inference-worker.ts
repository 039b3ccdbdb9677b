/** The inference worker: face detection and refinement in a worker thread, so that no network runs on the main thread. */
import { setTimeout } from 'node:timers/promises';
import type { TensorRecord } from '../engine/types.js';
import { IrisflowError, messageOf } from '../errors.js';
import type { Crop, Face, Frame } from '../frame.js';
import type { CropRefiner, RecipeConfig, Refinement } from '../models/types.js';
import type { FaceDetector } from '../vision/detector/face-detector.js';
import type { SampleRequest } from './inference-host.js';
import { InferenceThread, type InferenceThreadOptions } from './inference-thread.js';
import { SharedSlots } from './shared-slots.js';

/** Options of {@link InferenceWorker.open}. */
export interface InferenceWorkerOptions extends InferenceThreadOptions {
  /** Milliseconds after which a call that is not answered counts as hung; generated pictures have 10 µs more for each byte. Default 10 000. */
  readonly deadline?: number;
  /** Called with the reason whenever the thread is started again. */
  readonly onRestart?: (reason: string) => void;
}

/** A generator to put in place: which networks, and their weights. */
export interface GeneratorLoad {
  /** The recipe's options. */
  readonly config: RecipeConfig;
  /** The path of the module that the recipe comes from. What `config` names is not imported unless it is named here. */
  readonly module?: string;
  /** Absent: untrained. */
  readonly weights?: TensorRecord;
  /** Given back with each picture that the weights make. */
  readonly version: number;
  /** Weights become constants: faster, and {@link InferenceWorker.swap} is refused. Default false. */
  readonly freeze?: boolean;
}

const DEADLINE_MS = 10_000;
const DEADLINE_MS_PER_BYTE = 0.01;
/** Building a network and compiling it. */
const LOAD_LIMIT_MS = 120_000;
/** Pauses before the thread is started again, by how often that has happened lately. */
const RESTART_DELAY_MS = [0, 500, 1000, 2000, 5000];
/** A thread that has run for so long begins with the first pause again. */
const LASTED_MS = 60_000;

/**
 * A detector and a refiner in one worker thread. Calls are served in the order they come, so new weights take effect
 * between two refinements, never inside one. A thread that dies, or does not answer within its deadline, is ended and started again with
 * the last weights: the calls that it had reject with `WORKER`, later ones wait until it is back. Close it: an open worker keeps its
 * thread, not the process.
 */
export class InferenceWorker implements FaceDetector, CropRefiner {
  private slots = new SharedSlots();
  private loaded: { readonly as: 'loadRefiner' | 'loadSampler'; readonly load: GeneratorLoad } | undefined;
  /** The thread, once it is there. Rejects where it could not be started; another attempt follows. */
  private current: Promise<InferenceThread>;
  private readonly closing = new AbortController();
  private restarts = 0;

  private constructor(
    private readonly options: InferenceWorkerOptions,
    thread: InferenceThread,
  ) {
    this.description = thread.description;
    this.current = Promise.resolve(thread);
    this.watch(thread);
  }

  /** Which engine runs here, and why. */
  readonly description: string;

  /** Starts the thread and its engine. Throws `ENGINE` where no engine works. */
  static async open(options: InferenceWorkerOptions = {}): Promise<InferenceWorker> {
    return new InferenceWorker(options, await InferenceThread.open(options));
  }

  async detect(frame: Frame, previous?: Face): Promise<readonly Face[]> {
    const { caller } = await this.thread();
    const { data, width, height } = frame;
    const { slots } = this;
    const slot = slots.take(data.length);
    try {
      new Uint8Array(slot).set(data);
      return await caller.call('detect', { slot, width, height, previous }, this.limit(0));
    } finally {
      slots.give(slot);
    }
  }

  /** Refines crops, all of the size of the loaded refiner. Rejects with `MODEL` where they differ, or none is loaded. */
  async refine(crops: readonly Crop[]): Promise<Refinement> {
    if (crops.length === 0) return { pictures: [], version: 0 };
    const size = crops[0].data.length;
    if (crops.some((crop) => crop.data.length !== size)) {
      throw new IrisflowError(
        'MODEL',
        "crops of different sizes cannot be refined together: give all of them the model's size",
      );
    }
    const { caller } = await this.thread();
    const bytes = size * crops.length;
    const { slots } = this;
    const slot = slots.take(bytes);
    try {
      const shared = new Uint8Array(slot);
      crops.forEach((crop, index) => {
        shared.set(crop.data, index * size);
      });
      const version = await caller.call('refine', { slot, bytes, count: crops.length }, this.limit(bytes));
      return { pictures: crops.map((_, index) => shared.slice(index * size, (index + 1) * size)), version };
    } finally {
      slots.give(slot);
    }
  }

  /** Puts another refiner in place. Until the first one is there, `refine` rejects with `MODEL`. */
  async loadRefiner(load: GeneratorLoad): Promise<void> {
    const { caller } = await this.thread();
    await caller.call('loadRefiner', load, LOAD_LIMIT_MS);
    this.loaded = { as: 'loadRefiner', load };
  }

  /** Puts a sampler in place, for {@link sample}. Resolves with the numbers of noise that a picture takes. */
  async loadSampler(load: GeneratorLoad): Promise<number> {
    const { caller } = await this.thread();
    const noiseSize = await caller.call('loadSampler', load, LOAD_LIMIT_MS);
    this.loaded = { as: 'loadSampler', load };
    return noiseSize;
  }

  /** RGB bytes of the pictures that the sampler makes of noise, and the version of its weights. */
  async sample(request: SampleRequest): Promise<{ readonly pictures: Uint8Array; readonly version: number }> {
    const { caller } = await this.thread();
    const { width = 0, height = 0 } = this.loaded?.load.config ?? {};
    return caller.call('sample', request, this.limit(request.count * width * height * 3));
  }

  /** New weights for the present generator. Rejects with `MODEL` where a name or shape differs; the old ones stay. */
  async swap(weights: TensorRecord, version: number): Promise<void> {
    const { caller } = await this.thread();
    await caller.call('swap', { weights, version }, LOAD_LIMIT_MS);
    if (this.loaded) this.loaded = { ...this.loaded, load: { ...this.loaded.load, weights, version } };
  }

  /** What has been asked is still answered, unless it takes longer than a second; then the thread ends. */
  async close(): Promise<void> {
    this.closing.abort();
    const thread = await this.current.catch(() => undefined);
    await thread?.close();
  }

  private limit(bytes: number): number {
    return (this.options.deadline ?? DEADLINE_MS) + bytes * DEADLINE_MS_PER_BYTE;
  }

  private thread(): Promise<InferenceThread> {
    if (!this.closing.signal.aborted) return this.current;
    return Promise.reject(new IrisflowError('WORKER', 'the inference worker was closed'));
  }

  private watch(thread: InferenceThread): void {
    const started = performance.now();
    void thread.ended.then((reason) => {
      if (performance.now() - started > LASTED_MS) this.restarts = 0;
      this.restart(reason);
    });
  }

  private restart(reason: string): void {
    if (this.closing.signal.aborted) return;
    this.options.onRestart?.(reason);
    // The old thread may still write into what it was given.
    this.slots = new SharedSlots();
    this.current = this.started();
    this.current.then(
      (thread) => this.watch(thread),
      (error) => this.restart(messageOf(error)),
    );
  }

  private async started(): Promise<InferenceThread> {
    const delay = RESTART_DELAY_MS[Math.min(this.restarts++, RESTART_DELAY_MS.length - 1)];
    const { signal } = this.closing;
    await setTimeout(delay, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw new IrisflowError('WORKER', 'the inference worker was closed');
    const thread = await InferenceThread.open(this.options);
    try {
      if (this.loaded) await thread.caller.call(this.loaded.as, this.loaded.load, LOAD_LIMIT_MS);
      return thread;
    } catch (error) {
      await thread.close();
      throw error;
    }
  }
}
