/** Entry of the inference worker's worker thread: face detection, refinement and samples, one request at a time. */
import { parentPort } from 'node:worker_threads';
import { openEngine } from '../engine/open.js';
import type { Engine, EngineName, EngineOptions, TensorRecord } from '../engine/types.js';
import { IrisflowError } from '../errors.js';
import type { Face } from '../frame.js';
import { recipeOfRun, refinerMaker, samplerMaker } from '../models/registry.js';
import type { RecipeConfig, RunningRefiner, RunningSampler } from '../models/types.js';
import type { FaceDetector } from '../vision/detector/face-detector.js';
import { createFaceDetector } from '../vision/detector/face-detector.js';
import { serveMethods } from './rpc.js';

/** A picture in shared memory. */
interface SharedPicture {
  readonly slot: SharedArrayBuffer;
  readonly width: number;
  readonly height: number;
}

/** A generator to put in place; without weights it is untrained. */
interface Load {
  readonly config: RecipeConfig;
  readonly module?: string;
  readonly weights?: TensorRecord;
  readonly version: number;
  readonly freeze?: boolean;
}

/** What samples are made of. */
export interface SampleRequest {
  /** `count · noiseSize` numbers. */
  readonly noise: Float32Array;
  readonly count: number;
  /** A class each, where the recipe takes labels. */
  readonly labels?: Uint8Array;
}

let engine: Engine | undefined;
let detector: FaceDetector | undefined;
let refiner: RunningRefiner | undefined;
let sampler: RunningSampler | undefined;
let version = 0;

function opened(): Engine {
  if (!engine) throw new IrisflowError('WORKER', 'the inference worker is not open');
  return engine;
}

const methods = {
  async open(options: EngineOptions & { engine: EngineName | 'auto' }): Promise<string> {
    engine = await openEngine(options.engine, options);
    return engine.description;
  },

  async detect({ slot, width, height, previous }: SharedPicture & { previous?: Face }): Promise<readonly Face[]> {
    detector ??= await createFaceDetector(opened());
    const data = new Uint8Array(slot, 0, width * height * 3);
    return detector.detect({ data, width, height, time: 0, sequence: 0, source: 'live' }, previous);
  },

  /** Replaces the refiner by one of another shape; without weights it is untrained. */
  async loadRefiner(load: Load): Promise<void> {
    const make = refinerMaker(await recipeOfRun(load.config.recipe, load.module));
    const next = await make(opened(), load.config, load.weights, { freeze: load.freeze });
    await refiner?.dispose();
    refiner = next;
    version = load.version;
  },

  /** Replaces the sampler; answers with the numbers of noise that a picture takes. */
  async loadSampler(load: Load): Promise<number> {
    const make = samplerMaker(await recipeOfRun(load.config.recipe, load.module));
    const next = await make(opened(), load.config, load.weights, { freeze: load.freeze });
    await sampler?.dispose();
    sampler = next;
    version = load.version;
    return next.noiseSize;
  },

  /** New weights for the generator there is. */
  swap(next: { weights: TensorRecord; version: number }): void {
    const generator = refiner ?? sampler;
    if (!generator) throw new IrisflowError('MODEL', 'no generator is loaded: load one before swapping its weights');
    generator.write(next.weights);
    version = next.version;
  },

  async sample({ noise, count, labels }: SampleRequest): Promise<{ pictures: Uint8Array; version: number }> {
    if (!sampler) throw new IrisflowError('MODEL', 'no sampler is loaded');
    return { pictures: await sampler.sample(noise, count, labels), version };
  },

  /** Refines `count` pictures of `bytes` bytes together, in place. */
  async refine({ slot, bytes, count }: { slot: SharedArrayBuffer; bytes: number; count: number }): Promise<number> {
    if (!refiner) throw new IrisflowError('MODEL', 'no refiner is loaded');
    const pictures = new Uint8Array(slot, 0, bytes);
    pictures.set(await refiner.refine(pictures, count));
    return version;
  },

  /** Answered when everything before it is done. */
  close(): void {},
};

export type InferenceMethods = typeof methods;

const port = parentPort;
if (!port)
  throw new IrisflowError('WORKER', 'inference-host.js is the entry of a worker thread and cannot run by itself');
serveMethods(
  {
    post: (message) => port.postMessage(message),
    listen: (onMessage) => void port.on('message', onMessage),
  },
  methods,
);
