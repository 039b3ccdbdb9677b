/** The running whole: sessions, and the lanes that keep networks off the main thread. */
export { type CheckpointVersion, listCheckpoints } from './checkpoint-list.js';
export { type RestoredCheckpoint, restoreCheckpoint } from './checkpoint-restore.js';
export { classesOf } from './classes-of.js';
export {
  type EvaluateRunOptions,
  type EvaluationProgress,
  type EvaluationWork,
  evaluateRun,
} from './evaluate-run.js';
export type {
  EvaluatedInput,
  EvaluationReport,
  Figure,
  StatisticsFigures,
  TuringFigure,
} from './evaluation/report.js';
export { type GeneratorLoad, LiveLane, type LiveLaneOptions } from './lanes/live-lane.js';
export { openLiveSession } from './live-session.js';
export {
  type RefineSourceOptions,
  type RefineSummary,
  type RefineWork,
  refineSource,
} from './refine-source.js';
export { type RunReport, reportRun } from './report-run.js';
export { type SampleRunOptions, type SampleSummary, type SampleWork, sampleRun } from './sample-run.js';
export { openTraining } from './train-session.js';
export { type PublishedWeights, Trainer, type TrainerOptions, type TrainerState } from './trainer.js';
export type * from './types.js';
