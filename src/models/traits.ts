/** What a recipe declares about itself, for the training engine and for the learning state. */

/**
 * What a recipe learns from:
 * - `unpaired`: two inputs, drawn independently of each other
 * - `pairs`: two inputs, where `synthetic[i]` is the input and `real[i]` its target
 * - `pictures`: the real input alone
 * - `labelled`: the real input alone, where each picture has a class
 */
export type TrainingDataKind = 'unpaired' | 'pairs' | 'pictures' | 'labelled';

/**
 * What the two-sample classifier compares with real pictures in addition to generated ones. Its accuracy on the control shows whether the
 * classifier can see a difference at all.
 * - `inputs`: the pictures that are refined, before refinement
 * - `baseline`: pictures that the definition gives as `control`, for example pictures enlarged by interpolation
 * - `double-exposures`: each real picture averaged with the next one, for recipes that generate pictures from noise
 */
export type ControlKind = 'inputs' | 'baseline' | 'double-exposures';

/** The declarations of a recipe. */
export interface RecipeTraits {
  /** What the recipe learns from. */
  readonly learnsFrom: TrainingDataKind;
  /** Whether refined pictures must show what their inputs show. Live, a refined picture that does not is replaced by its input. */
  readonly keepsPicture: boolean;
  /** What the two-sample classifier compares with real pictures in addition. */
  readonly control: ControlKind;
  /** Names of options that keep generated pictures close to what they must show; larger values keep them closer. Advice names them. Default: none. */
  readonly holds?: readonly string[];
}

/** Whether a recipe takes a synthetic input beside the real one. */
export function hasTwoInputs(learnsFrom: TrainingDataKind): boolean {
  return learnsFrom === 'unpaired' || learnsFrom === 'pairs';
}
