/** The report of an evaluation as plain JSON: what `report.json` holds. */

import type { Interval } from '../../measures/interval.js';
import type { PictureStatistics, StatisticsDistance } from '../../measures/statistics.js';
import type { TwoSampleResult } from '../../measures/two-sample-test.js';
import type { Evaluation } from '../evaluate.js';
import type { RawAndRefined } from '../figures.js';
import type { VerdictState } from '../verdict.js';

/** A figure with its 95 % interval. `null` where it could not be measured. */
export interface Figure {
  readonly value: number | null;
  readonly interval: readonly [low: number | null, high: number | null];
}

/** A share of right judgements (0.5 is chance) and how many judgements were made. */
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
  /** As it was given. */
  readonly source: string;
  /** Crops evaluated. */
  readonly count: number;
  /** Width of the crops in inter-ocular distances, where eyes are cut out. */
  readonly eyeSpan?: number;
  /** Whether the run was trained on this very input, so that some of these pictures were seen in training. */
  readonly trainedOn: boolean;
}

/** What `report.json` holds. Fields are added in later versions, none is renamed or removed without another `format`. */
export interface EvaluationReport {
  readonly format: 1;
  /** When it was made, ISO 8601. */
  readonly time: string;
  /** How long that took. */
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
  /** What is cut out of frames: `eyes`, `face` or `none`. */
  readonly crop: string;
  readonly engine: string;
  readonly seed: number;
  readonly inputs: { readonly synthetic: EvaluatedInput; readonly real: EvaluatedInput };
  /**
   * Lower is better, for choosing between versions: |`turing.patch.refined` − 0.5|, plus 0.1 for each pixel (per 55 of width) by which
   * `labels.pupilPer55` exceeds the paper's 1.1.
   */
  readonly score: number;
  readonly verdict: { readonly state: VerdictState; readonly words: string };
  /** A fresh classifier against real pictures, on 16×16 patches and on whole pictures. */
  readonly turing: {
    readonly patch: RawAndRefined<TuringFigure>;
    readonly whole: RawAndRefined<TuringFigure>;
    /** What people told right in the paper: 162 of 200 raw, 517 of 1000 refined. */
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
    /** Movement of the pupil's centre by refinement: in pixels, and per 55 pixels of width (the paper: 1.1 ± 0.8). */
    readonly pupil: Figure;
    readonly pupilPer55: Figure;
    readonly pupilDeviation: number | null;
    readonly pupilMedian: number | null;
    /** Eyes in which it could be measured, and the share of clear pupils that are still found after refinement. */
    readonly pupilCount: number;
    readonly pupilKept: number | null;
    /**
     * The same movement with each iris registered in its refined picture, not found anew. `lost`: eyes whose pupil was found before and
     * could not be tracked.
     */
    readonly pupilTracked: {
      readonly pupil: Figure;
      readonly per55: Figure;
      readonly median: number | null;
      readonly count: number;
      readonly lost: number;
    };
    /** Mean distance of found from true centres, where those are known. */
    readonly fromTruth?: { readonly synthetic: number; readonly refined: number };
    /** Structural similarity of x and R(x), 1 where they are the same. */
    readonly similarity: Figure;
    /** Perceptual distance of x and R(x), 0 where they are the same. */
    readonly perceptual: Figure;
    /** Mean |R(x) − x| on pictures in [−1, 1]. */
    readonly change: Figure;
    /** How different the pictures of a set are from each other, in levels. */
    readonly variety: { readonly synthetic: number; readonly refined: number; readonly real: number };
  };
}

/** What of a report is not measured. */
export type ReportHead = Omit<EvaluationReport, 'format' | 'score' | 'verdict' | keyof MeasuredParts>;
type MeasuredParts = Pick<EvaluationReport, 'turing' | 'distance' | 'statistics' | 'labels'>;

/** People's judgements in the paper, as shares that were right. */
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
    turing: { patch: both(turing.patch, judged), whole: both(turing.whole, judged), paper: PAPER },
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

function judged({ accuracy, interval, count }: TwoSampleResult): TuringFigure {
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
