/** Decides the span of the synthetic eye crops, so that their irises have a size that occurs in the real footage. */

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

/** Number of crops of an input in which irises are measured. */
const MEASURED_CROPS = 32;
/** Number of irises that must be found with confidence among them. */
const MIN_IRISES = 8;
/** Ratio of the synthetic to the real iris radius from which the span is widened. Smaller ones are within the variation of people and finder. */
const LARGE_RATIO = 1.15;
/** Exponent of that ratio in the span. At 1 the irises would get equal sizes, but everything around them would become too small. */
const RATIO_EXPONENT = 0.5;

/**
 * The span of a run's synthetic eye crops. Where synthetic irises are much larger than any in the real footage, the discriminator rejects
 * them, and the refiner removes them. A wider span reduces them to a size that occurs in the footage.
 */
export class EyeSpan {
  /**
   * @param known the span that the run has decided before
   * @param keep is called with the span when it is decided
   */
  constructor(
    private known: number | undefined,
    private readonly keep: (span: number) => void,
  ) {}

  /** The span in inter-ocular distances. */
  get current(): number {
    return this.known ?? EYE_SPAN;
  }

  get decided(): boolean {
    return this.known !== undefined;
  }

  /**
   * Decides the span from crops of both inputs. Resolves with true where the synthetic crops must be cut again. Where too few irises are
   * found, as during a blink, the span stays undecided if `retry` is set, and is `EYE_SPAN` otherwise.
   */
  async decide(synthetic: readonly Frame[], real: readonly Frame[], retry = false): Promise<boolean> {
    const span = await spanFor(synthetic, real);
    if (this.decided || (span === undefined && retry)) return false;
    this.known = span ?? EYE_SPAN;
    this.keep(this.known);
    return this.known !== EYE_SPAN;
  }
}

/** Whether a span has to be decided: only for runs that train on unpaired inputs and crop eyes out of synthetic frames. */
export function spanMatters(recipe: Recipe, synthetic: Input | undefined): boolean {
  return recipe.learnsFrom === 'unpaired' && synthetic?.crop === 'eyes';
}

/** The span of a run at `step`. A run that has been trained keeps its span, which is `EYE_SPAN` where none was decided. */
export function eyeSpanOf(
  step: number,
  inputs: RunInputs,
  matters: boolean,
  keep: (inputs: RunInputs) => void,
): EyeSpan {
  const known = inputs.eyeSpan ?? (step > 0 || !matters ? EYE_SPAN : undefined);
  return new EyeSpan(known, (eyeSpan) => keep({ ...inputs, eyeSpan }));
}

/** Decides the span from the crops of a session. Removes the synthetic crops and resolves with true where they must be cut again. */
export async function settleSpan(
  span: EyeSpan,
  data: TrainingData,
  tell: (message: string) => void,
  retry = false,
): Promise<boolean> {
  if (!(await span.decide(data.synthetic.learn.crops, data.real.learn.crops, retry))) return false;
  tell(
    `irises of the synthetic input are larger than the real ones: its crops are cut ${span.current} instead of ${EYE_SPAN} distances between the eyes wide (--eye-span)`,
  );
  data.forgetSynthetic();
  return true;
}

/**
 * The span at which synthetic irises, in crops of `EYE_SPAN`, approach the size of the real ones. It is `EYE_SPAN` where they are not
 * larger, and `undefined` where too few irises are found.
 */
export async function spanFor(synthetic: readonly Frame[], real: readonly Frame[]): Promise<number | undefined> {
  const [syntheticRadius, realRadius] = [await irisRadius(synthetic), await irisRadius(real)];
  if (syntheticRadius === undefined || realRadius === undefined) return undefined;
  const ratio = syntheticRadius / realRadius;
  if (ratio < LARGE_RATIO) return EYE_SPAN;
  return Math.min(EYE_SPANS[1], Math.round(100 * EYE_SPAN * ratio ** RATIO_EXPONENT) / 100);
}

/** The median radius of the irises as a share of the crop's width; `undefined` where too few are found. */
async function irisRadius(crops: readonly Frame[]): Promise<number | undefined> {
  const sample = evenly(crops, MEASURED_CROPS);
  const radii: number[] = [];
  await inBatches(sample.length, 1, async (i) => {
    const { data, width, height } = sample[i] as Frame;
    const pupil = Math.min(width, height) < 16 ? undefined : findPupil(data, width, height);
    if (pupil && pupil.confidence >= MIN_CONFIDENCE) radii.push(pupil.radius / width);
  });
  return radii.length < MIN_IRISES ? undefined : quantileOf(radii, 0.5);
}

/** The span of the eye crops that a run's checkpoint refines. */
export function refinedSpan(recipe: Recipe, config: RecipeConfig, known: number | undefined): () => number {
  const span = recipe.refines?.(config) === 'real' ? EYE_SPAN : (known ?? EYE_SPAN);
  return () => span;
}
