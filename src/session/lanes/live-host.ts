/** Entry of the live lane's worker thread: face detection and refinement, one request at a time. */
import { parentPort } from 'node:worker_threads';
import { openEngine } from '../../engine/open.js';
import type { Engine, EngineName, EngineOptions, TensorRecord } from '../../engine/types.js';
import { IrisflowError } from '../../errors.js';
import type { Face } from '../../frame.js';
import { createFaceDetector } from '../../models/detector/face-detector.js';
import { loadRecipe, refinerMaker } from '../../models/registry.js';
import type { FaceDetector, RecipeConfig, RunningRefiner } from '../../models/types.js';
import { serveMethods } from './channel.js';

/** A picture in shared memory. */
interface SharedPicture {
  readonly slot: SharedArrayBuffer;
  readonly width: number;
  readonly height: number;
}

let engine: Engine | undefined;
let detector: FaceDetector | undefined;
let refiner: RunningRefiner | undefined;
let version = 0;

function opened(): Engine {
  if (!engine) throw new IrisflowError('LANE', 'the live lane is not open');
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
  async loadRefiner(load: { config: RecipeConfig; weights?: TensorRecord; version: number; freeze?: boolean }) {
    const make = refinerMaker(await loadRecipe(load.config.recipe));
    const next = await make(opened(), load.config, load.weights, { freeze: load.freeze });
    await refiner?.dispose();
    refiner = next;
    version = load.version;
  },

  /** New weights for the refiner there is. */
  swap(next: { weights: TensorRecord; version: number }): void {
    if (!refiner) throw new IrisflowError('MODEL', 'no refiner is loaded: load one before swapping its weights');
    refiner.write(next.weights);
    version = next.version;
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

export type LiveMethods = typeof methods;

const port = parentPort;
if (!port) throw new IrisflowError('LANE', 'live-host.js is the entry of a worker thread and cannot run by itself');
serveMethods(
  {
    post: (message) => port.postMessage(message),
    listen: (onMessage) => void port.on('message', onMessage),
  },
  methods,
);
