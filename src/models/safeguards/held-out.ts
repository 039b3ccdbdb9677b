/** Measures of refined held-out pictures that need no network. */
import { correlation, deviation, squares } from '../../vision/luminance.js';
import { meanDifference } from '../../vision/mean-difference.js';
import type { HeldOutReport, RecipeTraits } from '../types.js';

/** Pictures before and after refinement, in [−1, 1], `count · height · width · 3` values each. */
export interface RefinedPair {
  readonly synthetic: Float32Array;
  readonly refined: Float32Array;
  readonly count: number;
  readonly width: number;
  readonly height: number;
}

/** The mean distance of pictures from their mean picture, 0 to 1; 0 where all are the same. */
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

/** Pictures whose standard deviation of brightness (on a range of 2) is smaller count as without structure. */
const LEAST_CONTRAST = 0.03;

/**
 * How much structure refinement has kept: the mean correlation of brightness, averaged over squares of 4 pixels, between a picture and its
 * refined copy. It is 1 where light and dark are in the same places, and near 0 where they are not. Pictures without contrast are left out;
 * the result is 1 where all are.
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
 * Measures one set of held-out pictures. `synthetic` holds the pictures of the control. Where refined pictures must show what their inputs
 * show (`keepsPicture`), they are compared with their inputs and should vary as much. Otherwise they should vary as much as real pictures.
 * With the control `double-exposures` there are no inputs, and nothing is reported of them.
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
    // Where the expected pictures are all alike, there is no variety to lose.
    variety: expected > 1e-4 ? spread(refined, count) / expected : 1,
    spread: { ...(hasInputs && { synthetic: ofSynthetic }), real: ofReal },
  };
}
