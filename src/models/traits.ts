/** What a recipe declares of itself, for the engine that trains it and for whoever judges how it learns. */

/**
 * What a recipe learns from:
 * - `unpaired`: two inputs, drawn independently of each other
 * - `pairs`: two inputs, `synthetic[i]` being the input and `real[i]` its target
 * - `pictures`: the real input alone
 * - `labelled`: the real input alone, each picture of a class
 */
export type TrainingDataKind = 'unpaired' | 'pairs' | 'pictures' | 'labelled';

/**
 * What the two-sample classifier compares with real pictures besides generated ones, so that its accuracy on those has a meaning:
 * - `inputs`: the pictures that are refined, as they were
 * - `baseline`: pictures that the definition gives as `control`, for example enlarged by plain interpolation
 * - `double-exposures`: each real picture mixed with the next one, where pictures are made of noise
 */
export type ControlKind = 'inputs' | 'baseline' | 'double-exposures';

/** The declarations of a recipe. */
export interface RecipeTraits {
  readonly learnsFrom: TrainingDataKind;
  /** Whether refined pictures must show what their inputs show, so that one which does not can be held back. */
  readonly keepsPicture: boolean;
  readonly control: ControlKind;
  /** Options that hold the generator to what its pictures must show, larger ones more: for advice. Default: none. */
  readonly holds?: readonly string[];
}

/** Whether a recipe takes a synthetic input beside the real one. */
export function hasTwoInputs(learnsFrom: TrainingDataKind): boolean {
  return learnsFrom === 'unpaired' || learnsFrom === 'pairs';
}
