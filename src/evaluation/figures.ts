/** Types of the measures of an evaluation. */
import type { Distance } from '../measures/kernel-distance.js';
import type { PupilShift } from '../measures/pupil-shift.js';
import type { PairedMean } from '../measures/similarity.js';
import type { PictureStatistics, StatisticsDistance } from '../measures/statistics.js';
import type { TwoSampleResult } from '../measures/two-sample-test.js';

/** A measure of raw synthetic and of refined pictures, each against real ones. */
export interface RawAndRefined<T> {
  readonly raw: T;
  readonly refined: T;
}

/** All measures of an evaluation. */
export interface Measures {
  /** Classifier two-sample tests against real pictures; see `twoSampleTest`. */
  readonly turing: { readonly patch: RawAndRefined<TwoSampleResult>; readonly whole: RawAndRefined<TwoSampleResult> };
  /** Kernel distance on features of the iris network; `real` is between two halves of the real pictures, where its expectation is 0. */
  readonly distance: RawAndRefined<Distance> & { readonly real: Distance };
  readonly statistics: {
    readonly synthetic: PictureStatistics;
    readonly refined: PictureStatistics;
    readonly real: PictureStatistics;
    readonly distance: RawAndRefined<StatisticsDistance>;
  };
  readonly labels: {
    readonly pupil: PupilShift;
    /** Structural similarity of x and R(x). */
    readonly similarity: PairedMean;
    /** Perceptual distance of x and R(x); see `perceptualDistance`. */
    readonly perceptual: PairedMean;
    /** Mean |R(x) − x| on [−1, 1]. */
    readonly change: PairedMean;
    /** Mean deviation of a pixel over the pictures of a set, in levels. */
    readonly variety: { readonly synthetic: number; readonly refined: number; readonly real: number };
  };
}
