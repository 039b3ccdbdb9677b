/** Types of the measures of an evaluation. */
import type { Distance } from '../measures/kernel-distance.js';
import type { PupilShift } from '../measures/pupil-shift.js';
import type { PairedMean } from '../measures/similarity.js';
import type { PictureStatistics, StatisticsDistance } from '../measures/statistics.js';
import type { TwoSampleResult } from '../measures/two-sample-test.js';

/** A measure of raw synthetic and of refined pictures, each against real ones. */
export interface RawAndRefined<T> {
  /** Of raw synthetic pictures. */
  readonly raw: T;
  /** Of refined pictures. */
  readonly refined: T;
}

/** All measures of an evaluation. */
export interface Measures {
  /** How well a fresh classifier tells them from real pictures; see `twoSampleTest`. */
  readonly turing: {
    /** On 16×16 patches. */
    readonly patch: RawAndRefined<TwoSampleResult>;
    /** On whole pictures. */
    readonly whole: RawAndRefined<TwoSampleResult>;
  };
  /** Kernel distance on features of the iris network; `real` is between two halves of the real pictures: what 0 looks like. */
  readonly distance: RawAndRefined<Distance> & {
    /** Between two halves of the real pictures. */
    readonly real: Distance;
  };
  /** Colours and gradients of each kind of pictures. */
  readonly statistics: {
    /** Of raw synthetic pictures. */
    readonly synthetic: PictureStatistics;
    /** Of refined pictures. */
    readonly refined: PictureStatistics;
    /** Of real pictures. */
    readonly real: PictureStatistics;
    /** Distances to the real pictures, in levels. */
    readonly distance: RawAndRefined<StatisticsDistance>;
  };
  /** Whether refined pictures still show what the synthetic ones show. */
  readonly labels: {
    /** How far pupil centres moved. */
    readonly pupil: PupilShift;
    /** Structural similarity of x and R(x). */
    readonly similarity: PairedMean;
    /** Perceptual distance of x and R(x); see `perceptualDistance`. */
    readonly perceptual: PairedMean;
    /** Mean |R(x) − x| on [−1, 1]. */
    readonly change: PairedMean;
    /** How different pictures of a set are from each other, in levels. */
    readonly variety: {
      /** Of raw synthetic pictures. */
      readonly synthetic: number;
      /** Of refined pictures. */
      readonly refined: number;
      /** Of real pictures. */
      readonly real: number;
    };
  };
}
