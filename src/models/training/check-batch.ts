/** Checks that a batch has what a step needs. */
import { IrisflowError } from '../../errors.js';
import type { AdversarialConfig } from '../options/common.js';
import { hasTwoInputs, type RecipeTraits } from '../traits.js';
import type { Requirements, TrainingBatch } from '../types.js';
import { HELD_OUT } from './definition.js';

/** The training that the batch is for. */
interface BatchOwner extends Pick<RecipeTraits, 'learnsFrom'> {
  readonly config: AdversarialConfig;
  readonly classes: number;
}

/** Throws `USAGE`, which says what the step needs, where the batch has another number of pictures or wrong labels. */
export function checkBatch(
  { synthetic, real, labels, heldOut }: TrainingBatch,
  requires: Requirements,
  { config, learnsFrom, classes }: BatchOwner,
): void {
  const { width, height, recipe } = config;
  const measured = heldOut ? HELD_OUT : 0;
  for (const [name, bytes, count] of [
    ['synthetic', synthetic, requires.synthetic],
    ['real', real, requires.real],
    ['held-out synthetic', heldOut?.synthetic ?? [], hasTwoInputs(learnsFrom) ? measured : 0],
    ['held-out real', heldOut?.real ?? [], measured],
  ] as const) {
    if (bytes.length === count * width * height * 3) continue;
    throw new IrisflowError(
      'USAGE',
      `a training batch has ${bytes.length} bytes of ${name} pictures, this step takes ${count} of ${width}×${height}×3 bytes each`,
    );
  }
  if (classes === 0) return;
  for (const [given, count] of [
    [labels, requires.real],
    ...(heldOut ? [[heldOut.labels, HELD_OUT] as const] : []),
  ] as const) {
    if (given?.length === count && given.every((label) => label < classes)) continue;
    throw new IrisflowError(
      'USAGE',
      `${recipe} learns from labelled pictures: a batch needs a label from 0 to ${classes - 1} for each real one`,
    );
  }
}
