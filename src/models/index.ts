/** Networks, losses, optimisers and recipes: what learns, and how it is saved. */
export { type EvaluatedCheckpoint, keepBest } from './best-version.js';
export { CHECKPOINT_FILE, decodeCheckpoint, encodeCheckpoint, loadCheckpoint, saveCheckpoint } from './checkpoint.js';
export { createFaceDetector, type FaceDetectorOptions } from './detector/index.js';
export { type LearningState, type LearningStateName, watchLearning } from './learning-state.js';
export { OBJECTIVES, type Objective, type ObjectiveName } from './losses/objectives.js';
export { milestonesOf } from './milestones.js';
export { type BatchNorm, batchNorm } from './networks/batch-norm.js';
export {
  type ConvolutionLayer,
  type ConvolutionOptions,
  convolution,
  dense,
  doubling,
} from './networks/convolution.js';
export {
  type Activation,
  initAll,
  type Layer,
  type Network,
  type NetworkValues,
  type Pass,
} from './networks/network.js';
export { spectrallyNormalised } from './networks/spectral-norm.js';
export { noiseAt, noiseBetween } from './noise.js';
export { findPupil, type Pupil, type TrackedPupil, trackPupil } from './pupil.js';
export type { SimganConfig, SimganPreset } from './recipes/simgan/index.js';
export { loadRecipe, recipeNamed, recipes, refinerMaker, samplerMaker } from './registry.js';
export { type AdversarialParts, adversarialMoves, objectiveInputs } from './training/adversarial-moves.js';
export { type AdversarialConfig, type Check, integer, number, oneOf, side, toggle } from './training/config.js';
export { defineRecipe, type RefiningDefinition, type SamplingDefinition } from './training/define-recipe.js';
export {
  CHECKED,
  type Checked,
  type Game,
  type Move,
  type Outcome,
  type Player,
  picturesInput,
} from './training/game.js';
export type { Play } from './training/play.js';
export type { InputSource, UpdateInput } from './training/update.js';
export type * from './types.js';
