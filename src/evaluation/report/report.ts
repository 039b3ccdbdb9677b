/** The report of an evaluation as plain JSON, the content of `report.json`. */

import type { Interval } from '../../measures/interval.js';
import type { PictureStatistics, StatisticsDistance } from '../../measures/statistics.js';
import type { TwoSampleResult } from '../../measures/two-sample-test.js';
import type { Evaluation } from '../evaluate.js';
import type { RawAndRefined } from '../figures.js';
import type { VerdictState } from '../verdict.js';

/** A figure with its 95 % confidence interval; `null` where it could not be measured. */
export interface Figure {
  /** The figure. */
  readonly value: number | null;
  /** Its 95 % interval. */
  readonly interval: readonly [low: number | null, high: number | null];
}

/** Accuracy of a two-sample classifier (0.5 is chance) and the number of classified samples. */
export interface TuringFigure extends Figure {
  /** Number of classified samples. */
  readonly count: number;
}

/** Colours and gradients of a set, in levels (0 to 255). */
export interface StatisticsFigures {
  /** Red, green, blue. */
  readonly mean: readonly Figure[];
  /** Standard deviation of red, green and blue. */
  readonly deviation: readonly number[];
  /** Mean magnitude of the luminance gradient, in levels per pixel. */
  readonly gradient: Figure;
}

/** An input of an evaluation. */
export interface EvaluatedInput {
  /** The source as given by the user. */
  readonly source: string;
  /** Number of evaluated crops. */
  readonly count: number;
  /** Width of the crops in inter-ocular distances, where eyes are cropped. */
  readonly eyeSpan?: number;
  /** Whether the run was trained on the same input, so that some of these pictures were used in training. */
  readonly trainedOn: boolean;
}

/** The content of `report.json`. Later versions may add fields; renaming or removing one changes `format`. */
export interface EvaluationReport {
  /** Version of this format. */
  readonly format: 1;
  /** Time of the evaluation, ISO 8601. */
  readonly time: string;
  /** Duration of the evaluation. */
  readonly seconds: number;
  /** The run folder. */
  readonly run: string;
  /** Training steps and version of the weights that were evaluated. */
  readonly step: number;
  /** Version of the weights that were evaluated. */
  readonly version: number;
  /** The recipe, by name. */
  readonly recipe: string;
  /** Its preset. */
  readonly preset: string;
  /** Columns of a crop, in pixels. */
  readonly width: number;
  /** Rows of a crop, in pixels. */
  readonly height: number;
  /** The crop of frames: `eyes`, `face` or `none`. */
  readonly crop: string;
  /** The engine, and why it was chosen. */
  readonly engine: string;
  /** Seed of classifiers and intervals. */
  readonly seed: number;
  /** The inputs that were evaluated. */
  readonly inputs: {
    /** The synthetic input. */
    readonly synthetic: EvaluatedInput;
    /** The real input. */
    readonly real: EvaluatedInput;
  };
  /**
   * Score for the comparison of versions, lower is better: |`turing.patch.refined` − 0.5|, plus 0.1 for each pixel (per 55 of width) by
   * which `labels.pupilPer55` exceeds the paper's 1.1.
   */
  readonly score: number;
  /** The verdict that follows from the figures. */
  readonly verdict: {
    /** The verdict by name. */
    readonly state: VerdictState;
    /** The verdict in one or two sentences. */
    readonly words: string;
  };
  /** Two-sample classifier accuracy against real pictures, on 16×16 patches and on whole pictures. */
  readonly turing: {
    /** On 16×16 patches. */
    readonly patch: RawAndRefined<TuringFigure>;
    /** On whole pictures. */
    readonly whole: RawAndRefined<TuringFigure>;
    /** People's accuracy in the paper: 162 of 200 raw, 517 of 1000 refined. */
    readonly paper: RawAndRefined<number>;
  };
  /** Unbiased squared MMD (KID's estimator) against real pictures; `real`: between two halves of the real ones. */
  readonly distance: RawAndRefined<Figure> & {
    /** Between two halves of the real pictures. */
    readonly real: Figure;
  };
  /** Colours and gradients of each kind of pictures. */
  readonly statistics: {
    /** Of raw synthetic pictures. */
    readonly synthetic: StatisticsFigures;
    /** Of refined pictures. */
    readonly refined: StatisticsFigures;
    /** Of real pictures. */
    readonly real: StatisticsFigures;
    /** Distances to the real pictures, in levels. */
    readonly distance: RawAndRefined<StatisticsDistance>;
  };
  /** Whether refined pictures still show what the synthetic ones show. */
  readonly labels: {
    /** Shift of the pupil's centre by refinement, in pixels and per 55 pixels of width (the paper: 1.1 ± 0.8). */
    readonly pupil: Figure;
    /** The same for pictures 55 pixels wide. */
    readonly pupilPer55: Figure;
    /** Standard deviation over the eyes, in pixels. */
    readonly pupilDeviation: number | null;
    /** Median over the eyes, in pixels. */
    readonly pupilMedian: number | null;
    /** Number of eyes in which it could be measured, and the share of clear pupils that are still found after refinement. */
    readonly pupilCount: number;
    /** Share of clear pupils that are still found after refinement, 0 to 1. */
    readonly pupilKept: number | null;
    /**
     * The same shift by registration of each iris in the refined picture, instead of a second detection. `lost`: eyes whose pupil was
     * found in x and could not be tracked.
     */
    readonly pupilTracked: {
      /** In pixels. */
      readonly pupil: Figure;
      /** For pictures 55 pixels wide. */
      readonly per55: Figure;
      /** Median over the eyes, in pixels. */
      readonly median: number | null;
      /** Eyes that were tracked. */
      readonly count: number;
      /** Eyes that could not be tracked. */
      readonly lost: number;
    };
    /** Mean distance of found from true centres, where those are known. */
    readonly fromTruth?: {
      /** In x, in pixels. */
      readonly synthetic: number;
      /** In R(x), in pixels. */
      readonly refined: number;
    };
    /** Structural similarity of x and R(x), 1 where they are the same. */
    readonly similarity: Figure;
    /** Perceptual distance of x and R(x), 0 where they are equal. */
    readonly perceptual: Figure;
    /** Mean |R(x) − x| on pictures in [−1, 1]. */
    readonly change: Figure;
    /** How different the pictures of a set are from each other, in levels. */
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
