/** The report of an evaluation as plain JSON, the content of `report.json`. */

import type { Interval } from '../../measures/interval.js';
import type { PictureStatistics, StatisticsDistance } from '../../measures/statistics.js';
import type { TwoSampleResult } from '../../measures/two-sample-test.js';
import type { Evaluation } from '../evaluate.js';
import type { RawAndRefined } from '../figures.js';
import type { VerdictState } from '../verdict.js';

/** A figure with its 95 % confidence interval; `null` where it could not be measured. */
export interface Figure {
  readonly value: number | null;
  readonly interval: readonly [low: number | null, high: number | null];
}

/** Accuracy of a two-sample classifier (0.5 is chance) and the number of classified samples. */
export interface TuringFigure extends Figure {
  readonly count: number;
}

/** Colours and gradients of a set, in levels (0 to 255). */
export interface StatisticsFigures {
  /** Red, green, blue. */
  readonly mean: readonly Figure[];
  readonly deviation: readonly number[];
  readonly gradient: Figure;
}

/** An input of an evaluation. */
export interface EvaluatedInput {
  /** The source as given by the user. */
  readonly source: string;
  /** Number of evaluated crops. */
  readonly count: number;
  /** Width of the crops in inter-ocular distances, where eyes are cut out. */
  readonly eyeSpan?: number;
  /** Whether the run was trained on the same input, so that some of these pictures were used in training. */
  readonly trainedOn: boolean;
}

/** The content of `report.json`. Later versions may add fields; renaming or removing one changes `format`. */
export interface EvaluationReport {
  readonly format: 1;
  /** Time of the evaluation, ISO 8601. */
  readonly time: string;
  /** Duration of the evaluation. */
  readonly seconds: number;
  /** The run folder. */
  readonly run: string;
  /** Training steps and version of the weights that were evaluated. */
  readonly step: number;
  readonly version: number;
  readonly recipe: string;
  readonly preset: string;
  readonly width: number;
  readonly height: number;
  /** The crop of frames: `eyes`, `face` or `none`. */
  readonly crop: string;
  readonly engine: string;
  readonly seed: number;
  readonly inputs: { readonly synthetic: EvaluatedInput; readonly real: EvaluatedInput };
  /**
   * Score for the comparison of versions, lower is better: |`turing.patch.refined` − 0.5|, plus 0.1 for each pixel (per 55 of width) by
   * which `labels.pupilPer55` exceeds the paper's 1.1.
   */
  readonly score: number;
  readonly verdict: { readonly state: VerdictState; readonly words: string };
  /** Classifier two-sample test against real pictures, on 16×16 patches and on whole pictures. */
  readonly turing: {
    readonly patch: RawAndRefined<TuringFigure>;
    readonly whole: RawAndRefined<TuringFigure>;
    /** People's accuracy in the paper: 162 of 200 raw, 517 of 1000 refined. */
    readonly paper: RawAndRefined<number>;
  };
  /** Unbiased squared MMD (KID's estimator) against real pictures; `real`: between two halves of the real ones. */
  readonly distance: RawAndRefined<Figure> & { readonly real: Figure };
  readonly statistics: {
    readonly synthetic: StatisticsFigures;
    readonly refined: StatisticsFigures;
    readonly real: StatisticsFigures;
    /** Distances to the real pictures, in levels. */
    readonly distance: RawAndRefined<StatisticsDistance>;
  };
  readonly labels: {
    /** Shift of the pupil's centre by refinement, in pixels and per 55 pixels of width (the paper: 1.1 ± 0.8). */
    readonly pupil: Figure;
    readonly pupilPer55: Figure;
    readonly pupilDeviation: number | null;
    readonly pupilMedian: number | null;
    /** Number of eyes in which it could be measured, and the share of clear pupils that are still found after refinement. */
    readonly pupilCount: number;
    readonly pupilKept: number | null;
    /**
     * The same shift by registration of each iris in the refined picture, instead of a second detection. `lost`: eyes whose pupil was
     * found in x and could not be tracked.
     */
    readonly pupilTracked: {
      readonly pupil: Figure;
      readonly per55: Figure;
      readonly median: number | null;
      readonly count: number;
      readonly lost: number;
    };
    /** Mean distance of the found from the true centres, where these are known. */
    readonly fromTruth?: { readonly synthetic: number; readonly refined: number };
    /** Structural similarity of x and R(x), 1 where they are equal. */
    readonly similarity: Figure;
    /** Perceptual distance of x and R(x), 0 where they are equal. */
    readonly perceptual: Figure;
    /** Mean |R(x) − x| on pictures in [−1, 1]. */
    readonly change: Figure;
    /** Mean deviation of a pixel over the pictures of a set, in levels. */
    readonly variety: { readonly synthetic: number; readonly refined: number; readonly real: number };
  };
}

/** The parts of a report that are not measured. */
export type ReportHead = Omit<EvaluationReport, 'format' | 'score' | 'verdict' | keyof MeasuredParts>;
type MeasuredParts = Pick<EvaluationReport, 'turing' | 'distance' | 'statistics' | 'labels'>;

/** People's accuracy in the paper. */
const PAPER: RawAndRefined<number> = { raw: 162 / 200, refined: 517 / 1000 };

/** The report of an evaluation. */
export function reportOf(head: ReportHead, evaluation: Evaluation): EvaluationReport {
  const { turing, distance, statistics, labels, score, verdict } = evaluation;
  const { pupil, similarity, perceptual, change, variety } = labels;
  return {
    format: 1,
    ...head,
    score,
    verdict,
    turing: { patch: both(turing.patch, turingFigure), whole: both(turing.whole, turingFigure), paper: PAPER },
    distance: {
      ...both(distance, (one) => figure(one.distance, one.interval)),
      real: figure(distance.real.distance, distance.real.interval),
    },
    statistics: {
      synthetic: figuresOf(statistics.synthetic),
      refined: figuresOf(statistics.refined),
      real: figuresOf(statistics.real),
      distance: statistics.distance,
    },
    labels: {
      pupil: figure(pupil.mean, pupil.interval),
      pupilPer55: figure(pupil.per55, pupil.per55Interval),
      pupilDeviation: finite(pupil.count > 0 ? pupil.deviation : Number.NaN),
      pupilMedian: finite(pupil.median),
      pupilCount: pupil.count,
      pupilKept: finite(pupil.kept),
      pupilTracked: {
        pupil: figure(pupil.tracked.mean, pupil.tracked.interval),
        per55: figure(pupil.tracked.per55, pupil.tracked.per55Interval),
        median: finite(pupil.tracked.median),
        count: pupil.tracked.count,
        lost: pupil.tracked.lost,
      },
      ...(pupil.fromTruth && { fromTruth: pupil.fromTruth }),
      similarity: figure(similarity.mean, similarity.interval),
      perceptual: figure(perceptual.mean, perceptual.interval),
      change: figure(change.mean, change.interval),
      variety,
    },
  };
}

function figure(value: number, [low, high]: Interval): Figure {
  return { value: finite(value), interval: [finite(low), finite(high)] };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function turingFigure({ accuracy, interval, count }: TwoSampleResult): TuringFigure {
  return { ...figure(accuracy, interval), count };
}

function both<T, U>({ raw, refined }: RawAndRefined<T>, as: (value: T) => U): RawAndRefined<U> {
  return { raw: as(raw), refined: as(refined) };
}

function figuresOf({ channels, gradient }: PictureStatistics): StatisticsFigures {
  return {
    mean: channels.map(({ mean, interval }) => figure(mean, interval)),
    deviation: channels.map(({ deviation }) => deviation),
    gradient: figure(gradient.mean, gradient.interval),
  };
}
