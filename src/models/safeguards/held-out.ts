/** What refinement did to pictures that nothing has learnt from, measured on the numbers themselves. */
import { correlation, deviation, squares } from '../../vision/luminance.js';
import { meanDifference } from '../../vision/mean-difference.js';
import type { HeldOutReport, RecipeTraits } from '../types.js';

/** Pictures in [−1, 1], `count · height · width · 3`, before and after. */
export interface RefinedPair {
  readonly synthetic: Float32Array;
  readonly refined: Float32Array;
  readonly count: number;
  readonly width: number;
  readonly height: number;
}

/** Mean distance of the pictures from their mean picture, 0 to 1; 0 where all are the same. */
export function spread(pictures: Float32Array, count: number): number {
  const size = pictures.length / count;
  let sum = 0;
  for (let i = 0; i < size; i++) {
    let mean = 0;
    for (let k = 0; k < count; k++) mean += (pictures[k * size + i] as number) / count;
    for (let k = 0; k < count; k++) sum += Math.abs((pictures[k * size + i] as number) - mean);
  }
  return sum / pictures.length;
}

/** Deviation of brightness, on the scale of 2, below which a picture shows nothing that could be lost. */
const LEAST_CONTRAST = 0.03;

/**
 * How much of what the pictures show is still there: mean correlation of brightness, averaged over squares of 4 pixels, between a
 * picture and its refined copy. 1: light and dark lie where they lay; toward 0 they do not. Pictures without contrast do not
 * count; 1 where none has any.
 */
export function structureKept({ synthetic, refined, count, width, height }: RefinedPair): number {
  let sum = 0;
  let counted = 0;
  const size = width * height * 3;
  for (let k = 0; k < count; k++) {
    const before = squares(synthetic.subarray(k * size, (k + 1) * size), width, height);
    const after = squares(refined.subarray(k * size, (k + 1) * size), width, height);
    if (deviation(before) < LEAST_CONTRAST) continue;
    sum += correlation(before, after);
    counted++;
  }
  return counted === 0 ? 1 : sum / counted;
}

/**
 * Everything measured on one set of held-out pictures, but for what networks say of them. `synthetic`: the control's pictures. Where
 * refined pictures must show what their inputs show (`keepsPicture`) they are compared with them, and are to vary as much; else they
 * are to vary as much as real ones do. Double exposures are nobody's input: with them, nothing is said of inputs.
 */
export function measureHeldOut(
  { real, ...pair }: RefinedPair & { readonly real: Float32Array },
  { keepsPicture, control }: Pick<RecipeTraits, 'keepsPicture' | 'control'>,
): Omit<HeldOutReport, 'accuracy' | 'twoSample' | 'measures'> {
  const { synthetic, refined, count } = pair;
  const hasInputs = control !== 'double-exposures';
  const compares = keepsPicture && hasInputs;
  const [ofSynthetic, ofReal] = [spread(synthetic, count), spread(real, count)];
  const expected = compares ? ofSynthetic : ofReal;
  return {
    ...(compares && { change: meanDifference(refined, synthetic), structure: structureKept(pair) }),
    // Pictures that are all alike have no variety to lose.
    variety: expected > 1e-4 ? spread(refined, count) / expected : 1,
    spread: { ...(hasInputs && { synthetic: ofSynthetic }), real: ofReal },
  };
}
