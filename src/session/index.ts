/** The running whole: sessions, and the workers that keep networks off the main thread. */

export { classesOf } from '../inputs/classes-of.js';
export type { CropChoice, RunInputOptions } from '../inputs/run-input-options.js';
export { type GeneratorLoad, InferenceWorker, type InferenceWorkerOptions } from '../workers/inference-worker.js';
export { type PublishedWeights, Trainer, type TrainerOptions, type TrainerState } from '../workers/trainer.js';
export type { InputStatus } from './input-watch.js';
export { openLiveSession } from './live-session.js';
export { Model } from './model.js';
export { type OpenModelOptions, openModel } from './open-model.js';
export type { LiveSessionOptions, RefineSourceOptions, SampleRunOptions, TrainingSessionOptions } from './options.js';
export {
  type RefineSummary,
  type RefineWork,
  refineSource,
} from './refine-source.js';
export { type SampleSummary, type SampleWork, sampleRun } from './sample-run.js';
export { openTraining } from './train-session.js';
export type * from './types.js';
export type { CropCounts } from './waiting.js';
