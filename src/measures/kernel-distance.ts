/** The distance between two sets of features, by the estimator of the Kernel Inception Distance. */
import { IrisflowError } from '../errors.js';
import type { Features } from './features.js';
import { blocksOf, type Interval } from './interval.js';

/** Blocks of neighbouring rows in each set; the jackknife leaves out one at a time. */
const BLOCKS = 40;
/** Half the width of a 95 % confidence interval in standard errors. */
const TWO_SIDED = 1.96;

/** A distance with its 95 % confidence interval. */
export interface Distance {
  /** The unbiased squared distance. About 0 for two sets of one kind; it may be slightly negative. */
  readonly distance: number;
  /** 95 % interval of the distance. */
  readonly interval: Interval;
}

/**
 * Unbiased estimate of the squared maximum mean discrepancy with the cubic kernel (x·y / dimension + 1)³, the estimator of KID
 * (Bińkowski et al., "Demystifying MMD GANs", ICLR 2018). Its expectation is 0 where both sets come from the same distribution; single
 * estimates are then below 0 as often as above. The interval is from a jackknife over contiguous blocks of each set.
 *
 * @throws {IrisflowError} `USAGE` for fewer than 4 rows in a set, or rows of different lengths.
 */
export function kernelDistance(a: Features, b: Features): Distance {
  if (a.dimension !== b.dimension || Math.min(a.count, b.count) < 4) {
    throw new IrisflowError(
      'USAGE',
      `a kernel distance needs 4 rows of one length in both sets, not ${a.count}×${a.dimension} and ${b.count}×${b.dimension}`,
    );
  }
  const [ofA, ofB] = [blocksOf(a.count, BLOCKS), blocksOf(b.count, BLOCKS)];
  const sums = { aa: blockSums(a, ofA, a, ofA), bb: blockSums(b, ofB, b, ofB), ab: blockSums(a, ofA, b, ofB) };
  const withoutA = ofA.map((_, omitted) => estimate(sums, ofA, ofB, omitted, -1));
  const withoutB = ofB.map((_, omitted) => estimate(sums, ofA, ofB, -1, omitted));
  const distance = estimate(sums, ofA, ofB, -1, -1);
  const error = Math.sqrt(jackknifeVariance(withoutA) + jackknifeVariance(withoutB));
  return { distance, interval: [distance - TWO_SIDED * error, distance + TWO_SIDED * error] };
}

type Blocks = readonly Interval[];

interface Sums {
  readonly aa: Float64Array;
  readonly bb: Float64Array;
  readonly ab: Float64Array;
}

/** Sums of the kernel over all pairs of blocks, without pairs of a row with itself. */
function blockSums(a: Features, ofA: Blocks, b: Features, ofB: Blocks): Float64Array {
  const same = a === b && ofA === ofB;
  const sums = new Float64Array(ofA.length * ofB.length);
  for (const [i, [fromA, toA]] of ofA.entries()) {
    for (const [j, [fromB, toB]] of ofB.entries()) {
      let sum = 0;
      for (let row = fromA; row < toA; row++) {
        for (let other = fromB; other < toB; other++) {
          if (!same || row !== other) sum += kernel(a, row, b, other);
        }
      }
      sums[i * ofB.length + j] = sum;
    }
  }
  return sums;
}

function kernel(a: Features, row: number, b: Features, other: number): number {
  const { dimension } = a;
  const [start, offset] = [row * dimension, other * dimension];
  let product = 0;
  for (let i = 0; i < dimension; i++) product += (a.data[start + i] as number) * (b.data[offset + i] as number);
  return (product / dimension + 1) ** 3;
}

/** MMD² without block `omittedA` of a and `omittedB` of b (−1: none left out). */
function estimate({ aa, bb, ab }: Sums, ofA: Blocks, ofB: Blocks, omittedA: number, omittedB: number): number {
  const within = (sums: Float64Array, blocks: Blocks, omitted: number) => {
    const count = rows(blocks, omitted);
    return total(sums, blocks.length, blocks.length, omitted, omitted) / (count * (count - 1));
  };
  const across = total(ab, ofA.length, ofB.length, omittedA, omittedB) / (rows(ofA, omittedA) * rows(ofB, omittedB));
  return within(aa, ofA, omittedA) + within(bb, ofB, omittedB) - 2 * across;
}

function rows(blocks: Blocks, omitted: number): number {
  return blocks.reduce((sum, [from, to], i) => (i === omitted ? sum : sum + to - from), 0);
}

function total(
  sums: Float64Array,
  rowCount: number,
  columnCount: number,
  omittedRow: number,
  omittedColumn: number,
): number {
  let sum = 0;
  for (let i = 0; i < rowCount; i++) {
    if (i === omittedRow) continue;
    for (let j = 0; j < columnCount; j++) if (j !== omittedColumn) sum += sums[i * columnCount + j] as number;
  }
  return sum;
}

function jackknifeVariance(estimates: readonly number[]): number {
  const mean = estimates.reduce((sum, value) => sum + value, 0) / estimates.length;
  const squares = estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return (squares * (estimates.length - 1)) / estimates.length;
}

/** For each row of `from`, the index of the nearest row of `to` (Euclidean). */
export function nearestRows(from: Features, to: Features): number[] {
  const { dimension } = from;
  return Array.from({ length: from.count }, (_, row) => {
    let best = 0;
    let minDistance = Number.POSITIVE_INFINITY;
    for (let other = 0; other < to.count; other++) {
      let distance = 0;
      for (let i = 0; i < dimension; i++) {
        distance += ((from.data[row * dimension + i] as number) - (to.data[other * dimension + i] as number)) ** 2;
      }
      if (distance < minDistance) [best, minDistance] = [other, distance];
    }
    return best;
  });
}
