/** A run on disk: its checkpoint, versions to go back to, milestones and report. */
export { type EvaluatedCheckpoint, keepBest } from './best-version.js';
export {
  CHECKPOINT_FILE,
  decodeCheckpoint,
  encodeCheckpoint,
  loadCheckpoint,
  saveCheckpoint,
} from './checkpoint.js';
export { type CheckpointVersion, listCheckpoints } from './checkpoint-list.js';
export { type RestoredCheckpoint, restoreCheckpoint } from './checkpoint-restore.js';
export { milestonesOf } from './milestones.js';
export { type RunReport, reportRun } from './report-run.js';
