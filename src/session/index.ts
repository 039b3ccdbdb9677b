/** The running whole: sessions, and the workers that keep networks off the main thread. */

export { classesOf } from '../inputs/classes-of.js';
export type { CropChoice } from '../inputs/input.js';
export type { RunInputOptions } from '../inputs/run-inputs.js';
export { type GeneratorLoad, InferenceWorker, type InferenceWorkerOptions } from '../workers/inference-worker.js';
export { type PublishedWeights, Trainer, type TrainerOptions, type TrainerState } from '../workers/trainer.js';
export { openLiveSession } from './live-session.js';
export { Model } from './model.js';
export { type OpenModelOptions, openModel } from './open-model.js';
export {
  type RefineSourceOptions,
  type RefineSummary,
  type RefineWork,
  refineSource,
} from './refine-source.js';
export { type SampleRunOptions, type SampleSummary, type SampleWork, sampleRun } from './sample-run.js';
export { openTraining } from './train-session.js';
export type * from './types.js';
