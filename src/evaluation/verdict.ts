/** Derives the verdict of an evaluation from its measures. It is conservative: "learning" requires significant differences. */
import type { Measures } from './figures.js';
import { percent } from './percent.js';

/**
 * - `learning` a classifier distinguishes refined pictures from real ones significantly worse than raw ones, and labels are kept
 * - `begins to learn` labels are kept and the distribution of refined pictures is significantly nearer to that of real ones, but a
 *   classifier still distinguishes them as well as raw ones; tones are usually learned before detail
 * - `labels lost` refined pictures may look real, but their content differs from the synthetic ones
 * - `identity` the refiner returns its input
 * - `collapse` refined pictures become equal
 * - `worse` refined pictures are significantly farther from real ones than raw ones are
 * - `nothing to learn` raw pictures cannot be distinguished from real ones, or all pictures of an input are equal
 * - `no progress` no measurable difference between refined and raw
 */
export type VerdictState =
  | 'learning'
  | 'begins to learn'
  | 'labels lost'
  | 'identity'
  | 'collapse'
  | 'worse'
  | 'nothing to learn'
  | 'no progress';

/** The verdict of an evaluation. */
export interface Verdict {
  /** The verdict by name. */
  readonly state: VerdictState;
  /** An explanation in one or two sentences. */
  readonly words: string;
}

/** Smallest mean |R(x) − x| that is visible: little more than one level of 255. */
const MIN_CHANGE = 0.01;
/** Largest pupil shift: 1.5 pixels per 64. The paper's refiner moved pupils by 1.1 ± 0.8 pixels per 55. */
const MAX_SHIFT_PER_55 = 1.3;
const MIN_PUPILS_KEPT = 0.7;
const MIN_SIMILARITY = 0.4;
/** Smallest variety, in levels, of an input that does not consist of equal pictures. */
const MIN_VARIETY = 1;
/** Smallest relevant decrease of patch accuracy; smaller ones may be significant, but do not count as learning. */
const MIN_GAIN = 0.02;
/** Smallest number of found pupils for a statement about labels. */
const MIN_PUPILS = 10;

/** The verdict. The order of the checks matters: conditions that make other measures meaningless come first. */
export function verdictOf(measures: Measures): Verdict {
  const { patch, whole } = measures.turing;
  const { pupil, similarity, change, variety } = measures.labels;
  const figures = `the classifier accuracy on patches is ${percent(patch.refined.accuracy)} for refined and ${percent(patch.raw.accuracy)} for raw pictures`;
  const distances = `kernel distance ${measures.distance.refined.distance.toFixed(4)} refined, ${measures.distance.raw.distance.toFixed(4)} raw`;

  const constantInputs = (['synthetic', 'real'] as const).filter((name) => variety[name] < MIN_VARIETY);
  if (constantInputs.length > 0) {
    return {
      state: 'nothing to learn',
      words: `The ${constantInputs.join(' input and the ')} input ${constantInputs.length > 1 ? 'show' : 'shows'} one picture only, so nothing can be learnt or measured. Check that the camera or video moves and is not black.`,
    };
  }
  if (change.mean < MIN_CHANGE) {
    return {
      state: 'identity',
      words: `The refiner returns its input nearly unchanged: mean |R(x) − x| is ${change.mean.toFixed(4)}. It has not begun to learn, or lambda is too large. Train on, or lower lambda.`,
    };
  }
  if (variety.refined < 0.4 * variety.synthetic && variety.refined < 0.6 * variety.real) {
    return {
      state: 'collapse',
      words: `Refined pictures become equal (mode collapse): they vary by ${variety.refined.toFixed(1)} levels, synthetic ones by ${variety.synthetic.toFixed(1)}, real ones by ${variety.real.toFixed(1)}. Restore an earlier version and raise lambda.`,
    };
  }
  if (patch.raw.interval[0] <= 0.5 && whole.raw.interval[0] <= 0.5) {
    return {
      state: 'nothing to learn',
      words: `The classifier cannot distinguish raw synthetic pictures from real ones (accuracy on patches: ${percent(patch.raw.accuracy)}), so an effect of refinement cannot be measured. Check that both inputs are the intended ones. With a recipe that reconstructs real pictures, such as srgan, use the other figures.`,
    };
  }
  const closer =
    patch.refined.interval[1] < patch.raw.interval[0] &&
    patch.raw.accuracy - patch.refined.accuracy >= MIN_GAIN &&
    measures.distance.refined.distance < measures.distance.raw.distance;
  const farther =
    patch.refined.interval[0] > patch.raw.interval[1] ||
    whole.refined.interval[0] > whole.raw.interval[1] ||
    measures.distance.refined.interval[0] > measures.distance.raw.interval[1];
  if (farther) {
    return {
      state: 'worse',
      words: `By at least one measure refined pictures are farther from real ones than raw ones are (${figures}; ${distances}). Restore an earlier version, or train on.`,
    };
  }
  const lost = labelsLost(measures);
  if (lost !== undefined) {
    return {
      state: 'labels lost',
      words: `Refinement does not keep the content of the pictures: ${lost}. ${capital(figures)}. Raise lambda, or restore an earlier version.`,
    };
  }
  const nearer = measures.distance.refined.interval[1] < measures.distance.raw.interval[0];
  if (!closer && !nearer) {
    return {
      state: 'no progress',
      words: `Refined pictures are not measurably closer to real ones than raw ones are: ${figures}; ${distances}. Train on, or evaluate more pictures.`,
    };
  }
  const kept =
    pupil.count >= MIN_PUPILS
      ? `pupils move by ${pupil.per55.toFixed(2)} pixels per 55 of width, and structural similarity to the synthetic picture is ${similarity.mean.toFixed(2)}`
      : `structural similarity to the synthetic picture is ${similarity.mean.toFixed(2)}; pupils could not be found in enough pictures to measure their movement`;
  if (!closer) {
    return {
      state: 'begins to learn',
      words: `The distribution of refined pictures is nearer to that of real ones (${distances}), but a classifier still distinguishes them as well: ${figures}. Labels are kept: ${kept}. Train on.`,
    };
  }
  const nearChance = patch.refined.accuracy <= 0.58 ? ' On patches the accuracy is nearly at chance.' : '';
  return {
    state: 'learning',
    words: `The refiner has learned: ${figures}, and labels are kept: ${kept}.${nearChance}`,
  };
}

function labelsLost({ labels: { pupil, similarity } }: Measures): string | undefined {
  if (pupil.count >= MIN_PUPILS && pupil.per55 > MAX_SHIFT_PER_55) {
    return `pupils move by ${pupil.per55.toFixed(2)} pixels per 55 of width`;
  }
  const countBefore = pupil.count / pupil.kept;
  if (countBefore >= MIN_PUPILS && pupil.kept < MIN_PUPILS_KEPT) {
    return `only ${percent(pupil.kept)} of the eyes with a clear pupil have one after refinement`;
  }
  if (pupil.kept === 0) return 'no pupil is found after refinement';
  if (similarity.mean < MIN_SIMILARITY) {
    return `structural similarity to the synthetic picture is ${similarity.mean.toFixed(2)}`;
  }
  return undefined;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
