/** Networks, losses, optimisers and recipes: what learns, and how it is saved. */
export { type EvaluatedCheckpoint, keepBest } from './best-version.js';
export { CHECKPOINT_FILE, decodeCheckpoint, encodeCheckpoint, loadCheckpoint, saveCheckpoint } from './checkpoint.js';
export { createFaceDetector, type FaceDetectorOptions } from './detector/index.js';
export { type LearningState, type LearningStateName, watchLearning } from './learning-state.js';
export type { ObjectiveName } from './losses/objectives.js';
export { milestonesOf } from './milestones.js';
export { findPupil, type Pupil } from './pupil.js';
export type { SimganConfig, SimganPreset } from './recipes/simgan/index.js';
export { recipeNamed, recipes } from './registry.js';
export type * from './types.js';
