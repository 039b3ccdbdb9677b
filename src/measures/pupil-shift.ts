/** How far refinement moves pupils: the paper's measure of whether labels stay true. */
import type { Point } from '../frame.js';
import { findPupil, type Pupil, trackPupil } from '../vision/pupil/pupil.js';
import { deviationOf, type Interval, meanInterval, meanOf, quantileOf } from './interval.js';
import { checkPictures, type Pictures, pictureAt } from './pictures.js';

/** Pupils found with less are not counted: one in ten of open eyes, nearly all of closed ones. */
export const LEAST_CONFIDENCE = 0.45;
/** The paper states shifts on eyes of this width. */
export const PAPER_WIDTH = 55;

/** What {@link pupilShift} finds. Lengths are in pixels of the pictures. */
export interface PupilShift {
  /** Mean distance from the pupil in x to that in R(x), over the eyes in which both are found; NaN where there are none. */
  readonly mean: number;
  /** 95 % interval of the mean. */
  readonly interval: Interval;
  /** Standard deviation over the eyes. */
  readonly deviation: number;
  /** Median over the eyes. */
  readonly median: number;
  /** The mean for pictures 55 pixels wide, as the paper states it (1.1 ± 0.8), and its interval. */
  readonly per55: number;
  /** 95 % interval of `per55`. */
  readonly per55Interval: Interval;
  /** Eyes that were counted: a pupil is found in x and in R(x). */
  readonly count: number;
  /** Of the eyes with a pupil in x, the share with one in R(x). A refiner that paints pupils over lowers it. */
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
 * How far the pupils found in x have moved in R(x), by `trackPupil`, which registers each iris in its refined picture. Where the finder is
 * at a loss (an iris without a plain edge, a large highlight) this is the steadier figure; what stays still holds it back by some 15 %.
 * Lengths are in pixels of the pictures, NaN where nothing was tracked.
 */
export interface TrackedShift {
  /** Mean distance over the eyes that were tracked. */
  readonly mean: number;
  /** 95 % interval of the mean. */
  readonly interval: Interval;
  /** Median over the eyes. */
  readonly median: number;
  /** The mean for pictures 55 pixels wide, and its interval. */
  readonly per55: number;
  /** 95 % interval of `per55`. */
  readonly per55Interval: Interval;
  /** Eyes that were tracked. */
  readonly count: number;
  /** Eyes with a pupil in x that nothing in R(x) correlates with. */
  readonly lost: number;
}

/**
 * Mean shift of the pupil's centre from x to R(x). Both centres are found by `findPupil` with a confidence of at least 0.45, so that what
 * the finder gets wrong in both is not taken for a shift. With true centres, eyes in which x's pupil is found more than 3 pixels (per 64
 * of width) from the truth are left out, and the mean distances from the truth are told beside. Beside it stands
 * the shift of the same pupils as tracked from x to R(x).
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
    const found = sure(findPupil(x, width, height));
    const true_ = truth[i];
    if (found === undefined || (true_ && distance(found, true_) > tolerance)) continue;
    before++;
    const moved = trackPupil(found, x, refinedX, width, height);
    if (moved) tracked.push(distance(found, [moved.x, moved.y]));
    const after = sure(findPupil(refinedX, width, height));
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

/** Mean and median of shifts in pictures so wide. */
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

function sure(pupil: Pupil | undefined): Pupil | undefined {
  return pupil && pupil.confidence >= LEAST_CONFIDENCE ? pupil : undefined;
}

function distance({ x, y }: Pupil, [trueX, trueY]: Point): number {
  return Math.hypot(x - trueX, y - trueY);
}
