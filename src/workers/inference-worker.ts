/** The inference worker: face detection and refinement in a worker thread, so that no network runs on the main thread. */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { keepPrivate } from '../engine/onnx/privacy.js';
import type { EngineName, EngineOptions, TensorRecord } from '../engine/types.js';
import { IrisflowError } from '../errors.js';
import type { Crop, Face, Frame } from '../frame.js';
import type { CropRefiner, RecipeConfig, Refinement } from '../models/types.js';
import type { FaceDetector } from '../vision/detector/face-detector.js';
import type { InferenceMethods, SampleRequest } from './inference-host.js';
import { Caller } from './rpc.js';
import { SharedSlots } from './shared-slots.js';

/** Options of {@link InferenceWorker.open}. */
export interface InferenceWorkerOptions extends EngineOptions {
  /** Default `auto`. */
  readonly engine?: EngineName | 'auto';
}

/** A generator to put in place: which networks, and their weights. */
export interface GeneratorLoad {
  /** The recipe's options. */
  readonly config: RecipeConfig;
  /** Absent: untrained. */
  readonly weights?: TensorRecord;
  /** Given back with each picture that the weights make. */
  readonly version: number;
  /** Weights become constants: faster, and {@link InferenceWorker.swap} is refused. Default false. */
  readonly freeze?: boolean;
}

/**
 * A detector and a refiner in one worker thread. Calls are served in the order they come, so new weights take effect
 * between two refinements, never inside one. Close it: an open worker keeps its thread, not the process.
 */
export class InferenceWorker implements FaceDetector, CropRefiner {
  private readonly slots = new SharedSlots();

  private constructor(
    private readonly worker: Worker,
    private readonly caller: Caller<InferenceMethods>,
    /** Which engine runs here, and why. */
    readonly description: string,
  ) {}

  /** Starts the thread and its engine. Throws `ENGINE` where no engine works. */
  static async open(options: InferenceWorkerOptions = {}): Promise<InferenceWorker> {
    keepPrivate();
    const entry = createRequire(import.meta.url).resolve('#workers/inference');
    const worker = new Worker(entry, { name: 'irisflow-inference', execArgv: [] });
    const caller = new Caller<InferenceMethods>({
      post: (message) => worker.postMessage(message),
      listen: (onMessage) => void worker.on('message', onMessage),
    });
    worker.on('error', (cause) =>
      caller.fail(new IrisflowError('WORKER', `the inference worker failed: ${cause.message}`, { cause })),
    );
    worker.on('exit', (code) =>
      caller.fail(new IrisflowError('WORKER', `the inference worker ended (exit code ${code})`)),
    );
    try {
      const { engine = 'auto', threads, executionProviders } = options;
      return new InferenceWorker(worker, caller, await caller.call('open', { engine, threads, executionProviders }));
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  async detect(frame: Frame, previous?: Face): Promise<readonly Face[]> {
    const { data, width, height } = frame;
    const slot = this.slots.take(data.length);
    try {
      new Uint8Array(slot).set(data);
      return await this.caller.call('detect', { slot, width, height, previous });
    } finally {
      this.slots.give(slot);
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
    const bytes = size * crops.length;
    const slot = this.slots.take(bytes);
    try {
      const shared = new Uint8Array(slot);
      crops.forEach((crop, index) => {
        shared.set(crop.data, index * size);
      });
      const version = await this.caller.call('refine', { slot, bytes, count: crops.length });
      return { pictures: crops.map((_, index) => shared.slice(index * size, (index + 1) * size)), version };
    } finally {
      this.slots.give(slot);
    }
  }

  /** Puts another refiner in place. Until the first one is there, `refine` rejects with `MODEL`. */
  loadRefiner(load: GeneratorLoad): Promise<void> {
    return this.caller.call('loadRefiner', load);
  }

  /** Puts a sampler in place, for {@link sample}. Resolves with the numbers of noise that a picture takes. */
  loadSampler(load: GeneratorLoad): Promise<number> {
    return this.caller.call('loadSampler', load);
  }

  /** RGB bytes of the pictures that the sampler makes of noise, and the version of its weights. */
  sample(request: SampleRequest): Promise<{ readonly pictures: Uint8Array; readonly version: number }> {
    return this.caller.call('sample', request);
  }

  /** New weights for the present generator. Rejects with `MODEL` where a name or shape differs; the old ones stay. */
  swap(weights: TensorRecord, version: number): Promise<void> {
    return this.caller.call('swap', { weights, version });
  }

  /** What has been asked is still answered, then the thread ends. */
  async close(): Promise<void> {
    // A thread that ends in the middle of a native call takes the whole process with it.
    const idle = this.caller.call('close', undefined).catch(() => undefined);
    this.caller.refuse(new IrisflowError('WORKER', 'the inference worker was closed'));
    await idle;
    await this.worker.terminate();
  }
}
