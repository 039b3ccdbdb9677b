/** How wide synthetic eyes are cut out, so that their irises are of a size that the real footage has. */
import { setImmediate } from 'node:timers/promises';
import type { Frame } from '../frame.js';
import { findPupil } from '../models/pupil.js';
import type { Recipe, RecipeConfig } from '../models/types.js';
import { EYE_SPAN } from '../operators/crop-eyes.js';
import type { Input } from './inputs.js';
import type { RunInputs } from './run-inputs.js';

/** Crops of an input that are looked at, and irises that must be clear among them. */
const LOOKED_AT = 32;
const LEAST_IRISES = 8;
/** An iris as clear as this is one: of closed eyes one in thirty is. */
const CLEAR = 0.45;
/** Irises that are so many times as large as the real ones are large; less is within what people and finder vary by. */
const LARGE = 1.15;
/** The widest span: wider crops of both eyes would overlap, and what is pasted back there be added twice. */
const WIDEST_SPAN = 1;
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

/** The span of a run at `step`: what it was trained with stays, also where that was before anything was decided. */
export function eyeSpanOf(step: number, inputs: RunInputs, keep: (inputs: RunInputs) => void): EyeSpan {
  const known = inputs.eyeSpan ?? (step > 0 ? EYE_SPAN : undefined);
  return new EyeSpan(known, (eyeSpan) => keep({ ...inputs, eyeSpan }));
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
  return Math.min(WIDEST_SPAN, Math.round(100 * EYE_SPAN * ratio ** FOLLOWS) / 100);
}

/** The median radius of irises as a part of the crop's width; nothing where too few are clear. The event loop has its turn after each. */
async function irisOf(crops: readonly Frame[]): Promise<number | undefined> {
  const count = Math.min(LOOKED_AT, crops.length);
  const radii: number[] = [];
  for (let i = 0; i < count; i++) {
    const { data, width, height } = crops[Math.floor((i * crops.length) / count)] as Frame;
    const pupil = Math.min(width, height) < 16 ? undefined : findPupil(data, width, height);
    if (pupil && pupil.confidence >= CLEAR) radii.push(pupil.radius / width);
    await setImmediate();
  }
  radii.sort((a, b) => a - b);
  return radii.length < LEAST_IRISES ? undefined : radii[radii.length >> 1];
}

/** Whether a run's synthetic eyes are cut out of frames and learnt beside real ones: no other span matters. */
export function spanMatters(recipe: Recipe, synthetic: Input | undefined): boolean {
  return recipe.learnsFrom === 'unpaired' && synthetic?.crop === 'eyes' && !synthetic.labelFaces;
}

/** How wide a run's checkpoint is given the eyes that it refines. */
export function refinedSpan(recipe: Recipe, config: RecipeConfig, known: number | undefined): () => number {
  const span = recipe.refines?.(config) === 'real' ? EYE_SPAN : (known ?? EYE_SPAN);
  return () => span;
}

/** What is told of a span that is not the usual one. */
export function spanMessage(span: number): string {
  return `irises of the synthetic input are larger than the real ones: its crops show more of the face, ${span} instead of ${EYE_SPAN} distances between the eyes (--eye-span)`;
}
