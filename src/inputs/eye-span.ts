/** How wide synthetic eyes are cut out, so that their irises are of a size that the real footage has. */

import type { TrainingData } from '../data/training-data.js';
import { evenly } from '../evenly.js';
import type { Frame } from '../frame.js';
import { inBatches } from '../measures/in-batches.js';
import { quantileOf } from '../measures/interval.js';
import { MIN_CONFIDENCE } from '../measures/pupil-shift.js';
import type { Recipe, RecipeConfig } from '../models/types.js';
import { EYE_SPAN } from '../operators/crop-eyes.js';
import { findPupil } from '../vision/pupil/pupil.js';
import type { Input } from './input.js';
import { EYE_SPANS } from './run-input-options.js';
import type { RunInputs } from './run-inputs.js';

/** Crops of an input that are looked at, and irises that must be clear among them. */
const LOOKED_AT = 32;
const LEAST_IRISES = 8;
/** Irises that are so many times as large as the real ones are large; less is within what people and finder vary by. */
const LARGE = 1.15;
/** How far crops follow the irises: at 1 irises are as large as the real ones, and everything around them is smaller than it is there. */
const FOLLOWS = 0.5;

/**
 * The span of a run's synthetic eyes. A refiner that meets irises much larger than any in the footage is taught that there are
 * none, and washes them out; cut out wider, they are of a size that it can learn from the footage.
 */
export class EyeSpan {
  /**
   * @param known what the run has decided before
   * @param keep is told what is decided
   */
  constructor(
    private known: number | undefined,
    private readonly keep: (span: number) => void,
  ) {}

  /** In inter-ocular distances. */
  get current(): number {
    return this.known ?? EYE_SPAN;
  }

  get decided(): boolean {
    return this.known !== undefined;
  }

  /**
   * Decides by crops of both inputs. Resolves with whether those of the synthetic one must be cut anew. Where too few irises are clear, as
   * in a blink, it stays undecided, or is the usual one if there is no `next` look.
   */
  async decide(synthetic: readonly Frame[], real: readonly Frame[], next = false): Promise<boolean> {
    const span = await spanFor(synthetic, real);
    if (this.decided || (span === undefined && next)) return false;
    this.known = span ?? EYE_SPAN;
    this.keep(this.known);
    return this.known !== EYE_SPAN;
  }
}

/** Whether a run's synthetic eyes are cut out of frames and learnt beside real ones: no other span has to be decided. */
export function spanMatters(recipe: Recipe, synthetic: Input | undefined): boolean {
  return recipe.learnsFrom === 'unpaired' && synthetic?.crop === 'eyes';
}

/** The span of a run at `step`: what it was trained with stays, also where that was before anything was decided. */
export function eyeSpanOf(
  step: number,
  inputs: RunInputs,
  matters: boolean,
  keep: (inputs: RunInputs) => void,
): EyeSpan {
  const known = inputs.eyeSpan ?? (step > 0 || !matters ? EYE_SPAN : undefined);
  return new EyeSpan(known, (eyeSpan) => keep({ ...inputs, eyeSpan }));
}

/** Decides by what a session has gathered, and makes room where synthetic crops must be cut anew; resolves with whether they must. */
export async function settleSpan(
  span: EyeSpan,
  data: TrainingData,
  tell: (message: string) => void,
  next = false,
): Promise<boolean> {
  if (!(await span.decide(data.synthetic.learn.crops, data.real.learn.crops, next))) return false;
  tell(
    `irises of the synthetic input are larger than the real ones: its crops show more of the face, ${span.current} instead of ${EYE_SPAN} distances between the eyes (--eye-span)`,
  );
  data.forgetSynthetic();
  return true;
}

/**
 * The span at which irises of crops that were cut `EYE_SPAN` wide come near to the real ones in size; that one where they are not large,
 * nothing where too few are clear.
 */
export async function spanFor(synthetic: readonly Frame[], real: readonly Frame[]): Promise<number | undefined> {
  const [made, met] = [await irisOf(synthetic), await irisOf(real)];
  if (made === undefined || met === undefined) return undefined;
  const ratio = made / met;
  if (ratio < LARGE) return EYE_SPAN;
  return Math.min(EYE_SPANS[1], Math.round(100 * EYE_SPAN * ratio ** FOLLOWS) / 100);
}

/** The median radius of irises as a part of the crop's width; nothing where too few are clear. */
async function irisOf(crops: readonly Frame[]): Promise<number | undefined> {
  const some = evenly(crops, LOOKED_AT);
  const radii: number[] = [];
  await inBatches(some.length, 1, async (i) => {
    const { data, width, height } = some[i] as Frame;
    const pupil = Math.min(width, height) < 16 ? undefined : findPupil(data, width, height);
    if (pupil && pupil.confidence >= MIN_CONFIDENCE) radii.push(pupil.radius / width);
  });
  return radii.length < LEAST_IRISES ? undefined : quantileOf(radii, 0.5);
}

/** How wide a run's checkpoint is given the eyes that it refines. */
export function refinedSpan(recipe: Recipe, config: RecipeConfig, known: number | undefined): () => number {
  const span = recipe.refines?.(config) === 'real' ? EYE_SPAN : (known ?? EYE_SPAN);
  return () => span;
}
