/** Measures how far refinement moves pupils, which shows whether gaze labels stay valid, as in the paper. */
import type { Point } from '../frame.js';
import { findPupil, type Pupil, trackPupil } from '../vision/pupil/pupil.js';
import { deviationOf, type Interval, meanInterval, meanOf, quantileOf } from './interval.js';
import { checkPictures, type Pictures, pictureAt } from './pictures.js';

/** Smallest confidence of pupils that count. It excludes one in ten open eyes and nearly all closed ones. */
export const MIN_CONFIDENCE = 0.45;
/** Width of the eye pictures to which the paper's shifts refer. */
export const PAPER_WIDTH = 55;

/** Result of {@link pupilShift}. Lengths are in pixels of the pictures. */
export interface PupilShift {
  /** Mean distance between the pupils in x and R(x), over the eyes in which both are found; NaN where there are none. */
  readonly mean: number;
  /** 95 % interval of the mean. */
  readonly interval: Interval;
  /** Standard deviation over the eyes. */
  readonly deviation: number;
  /** Median over the eyes. */
  readonly median: number;
  /** The mean scaled to pictures 55 pixels wide, as in the paper (1.1 ± 0.8), and its interval. */
  readonly per55: number;
  /** 95 % interval of `per55`. */
  readonly per55Interval: Interval;
  /** Number of eyes with a pupil found in both x and R(x). */
  readonly count: number;
  /** Of the eyes with a pupil found in x, the share with one in R(x). A refiner that removes pupils lowers it. */
  readonly kept: number;
  /** Distance from the true centre, where centres are known: found in x, and found in R(x). */
  readonly fromTruth?: {
    /** Mean distance in x. */
    readonly synthetic: number;
    /** Mean distance in R(x). */
    readonly refined: number;
  };
  /** The same shift, measured another way. */
  readonly tracked: TrackedShift;
}

/**
 * The shift of the pupils found in x, by `trackPupil`, which registers each iris in the refined picture. This is more robust than a
 * second detection where the iris has no clear edge or a large highlight, but underestimates shifts by about 15 % because lids and
 * reflections do not move. Lengths are in pixels of the pictures, NaN where nothing was tracked.
 */
export interface TrackedShift {
  /** Mean distance over the eyes that were tracked. */
  readonly mean: number;
  /** 95 % interval of the mean. */
  readonly interval: Interval;
  /** Median over the eyes. */
  readonly median: number;
  /** The mean scaled to pictures 55 pixels wide, and its interval. */
  readonly per55: number;
  /** 95 % interval of `per55`. */
  readonly per55Interval: Interval;
  /** Number of tracked eyes. */
  readonly count: number;
  /** Number of eyes with a pupil in x for which R(x) has no correlated place. */
  readonly lost: number;
}

/**
 * The mean shift of the pupil's centre from x to R(x). Both centres are found by `findPupil` with a confidence of at least 0.45, so that
 * systematic errors of the finder cancel out. Where true centres are given, eyes whose pupil in x is found more than 3 pixels (per 64 of
 * width) from the truth are left out, and the mean distances from the truth are returned too. `tracked` is the shift of the same
 * pupils by tracking from x to R(x).
 *
 * @param truth the pupil's centre in each picture of `synthetic`, where known
 * @throws {IrisflowError} `USAGE` where sizes differ or are under 16×16.
 */
export function pupilShift(
  synthetic: Pictures,
  refined: Pictures,
  truth: readonly (Point | undefined)[] = [],
): PupilShift {
  checkPictures(synthetic, refined);
  const { width, height } = synthetic;
  const tolerance = (3 * width) / 64;
  const shifts: number[] = [];
  const tracked: number[] = [];
  const fromTruth = { synthetic: [] as number[], refined: [] as number[] };
  let before = 0;
  for (let i = 0; i < Math.min(synthetic.count, refined.count); i++) {
    const [x, refinedX] = [pictureAt(synthetic, i), pictureAt(refined, i)];
    const found = confident(findPupil(x, width, height));
    const true_ = truth[i];
    if (found === undefined || (true_ && distance(found, true_) > tolerance)) continue;
    before++;
    const moved = trackPupil(found, x, refinedX, width, height);
    if (moved) tracked.push(distance(found, [moved.x, moved.y]));
    const after = confident(findPupil(refinedX, width, height));
    if (after === undefined) continue;
    shifts.push(Math.hypot(after.x - found.x, after.y - found.y));
    if (true_) {
      fromTruth.synthetic.push(distance(found, true_));
      fromTruth.refined.push(distance(after, true_));
    }
  }
  return {
    ...summaryOf(shifts, width),
    deviation: deviationOf(shifts),
    kept: before > 0 ? shifts.length / before : Number.NaN,
    ...(fromTruth.synthetic.length > 0 && {
      fromTruth: { synthetic: meanOf(fromTruth.synthetic), refined: meanOf(fromTruth.refined) },
    }),
    tracked: { ...summaryOf(tracked, width), lost: before - tracked.length },
  };
}

/** Mean and median of shifts in pictures of this width. */
function summaryOf(shifts: readonly number[], width: number): Omit<TrackedShift, 'lost'> {
  const scale = PAPER_WIDTH / width;
  const [mean, interval] = [meanOf(shifts), meanInterval(shifts)];
  return {
    mean,
    interval,
    median: shifts.length > 0 ? quantileOf(shifts, 0.5) : Number.NaN,
    per55: mean * scale,
    per55Interval: [interval[0] * scale, interval[1] * scale],
    count: shifts.length,
  };
}

function confident(pupil: Pupil | undefined): Pupil | undefined {
  return pupil && pupil.confidence >= MIN_CONFIDENCE ? pupil : undefined;
}

function distance({ x, y }: Pupil, [trueX, trueY]: Point): number {
  return Math.hypot(x - trueX, y - trueY);
}
