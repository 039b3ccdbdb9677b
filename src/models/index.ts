/** Networks, losses, optimisers and recipes. */

export { integer, type Kind, names, number, oneOf, side, text, toggle } from '../options/kinds.js';
export {
  type DefaultedOption,
  type DefaultedRecord,
  type Option,
  type OptionRecord,
  type OptionValues,
  option,
  type RequiredOption,
  type ValueOf,
} from '../options/option.js';
export { OBJECTIVES, type Objective, type ObjectiveName } from './losses/objectives.js';
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
export {
  type AdversarialConfig,
  adversarialOptions,
  type PictureSize,
  pictureSize,
} from './options/common.js';
export type { ConfigOf } from './options/configure.js';
export { loadRecipe, recipeNamed, recipes, refinerMaker, samplerMaker } from './registry.js';
export { type LearningState, type LearningStateName, watchLearning } from './safeguards/learning-state.js';
export type { SimganConfig, SimganPreset } from './simgan-options.js';
export { type AdversarialParts, adversarialDefinition } from './training/adversarial-definition.js';
export type { Apply } from './training/apply.js';
export {
  type Disposable,
  defineRecipe,
  type RefiningDefinition,
  type SamplingDefinition,
} from './training/define-recipe.js';
export type * from './training/definition.js';
export { bothInputs, dropoutInput, HELD_OUT, picturesInput, xOf, yOf } from './training/definition.js';
export * from './training/discriminator-loss.js';
export * from './training/history-batches.js';
export type { Metrics } from './training/update-outputs.js';
export type * from './types.js';
