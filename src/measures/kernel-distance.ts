/** Kernel Inception Distance's estimator: how far apart two sets of features are. */
import { IrisflowError } from '../errors.js';
import type { Features } from './features.js';
import { blocksOf, type Interval } from './interval.js';

/** Blocks of neighbours that the jackknife leaves out, one at a time, of each set. */
const BLOCKS = 40;
/** Half-width of a 95 % interval in standard errors. */
const TWO_SIDED = 1.96;

/** A distance with its 95 % interval. */
export interface Distance {
  /** The unbiased squared distance. About 0 for two sets of one kind; it may be slightly negative. */
  readonly distance: number;
  /** 95 % interval of the distance. */
  readonly interval: Interval;
}

/**
 * Unbiased estimate of the squared maximum mean discrepancy with the cubic kernel (x·y / dimension + 1)³, the estimator of KID
 * (Bińkowski et al., "Demystifying MMD GANs", ICLR 2018). Its expectation is 0 where both sets come from one distribution, so that
 * single estimates there are as often below 0 as above. The interval is from a jackknife over contiguous blocks of each set.
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
  const withoutA = ofA.map((_, left) => estimate(sums, ofA, ofB, left, -1));
  const withoutB = ofB.map((_, left) => estimate(sums, ofA, ofB, -1, left));
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

/** Sums of the kernel over pairs of blocks; a row is not paired with itself. */
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

/** MMD² without block `leftA` of a and `leftB` of b (−1: none left out). */
function estimate({ aa, bb, ab }: Sums, ofA: Blocks, ofB: Blocks, leftA: number, leftB: number): number {
  const within = (sums: Float64Array, blocks: Blocks, left: number) => {
    const count = rows(blocks, left);
    return total(sums, blocks.length, blocks.length, left, left) / (count * (count - 1));
  };
  const across = total(ab, ofA.length, ofB.length, leftA, leftB) / (rows(ofA, leftA) * rows(ofB, leftB));
  return within(aa, ofA, leftA) + within(bb, ofB, leftB) - 2 * across;
}

function rows(blocks: Blocks, left: number): number {
  return blocks.reduce((sum, [from, to], i) => (i === left ? sum : sum + to - from), 0);
}

function total(sums: Float64Array, rowCount: number, columnCount: number, leftRow: number, leftColumn: number): number {
  let sum = 0;
  for (let i = 0; i < rowCount; i++) {
    if (i === leftRow) continue;
    for (let j = 0; j < columnCount; j++) if (j !== leftColumn) sum += sums[i * columnCount + j] as number;
  }
  return sum;
}

function jackknifeVariance(estimates: readonly number[]): number {
  const mean = estimates.reduce((sum, value) => sum + value, 0) / estimates.length;
  const squares = estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return (squares * (estimates.length - 1)) / estimates.length;
}

/** For each row of `from`, the row of `to` that is nearest (Euclidean). */
export function nearestRows(from: Features, to: Features): number[] {
  const { dimension } = from;
  return Array.from({ length: from.count }, (_, row) => {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let other = 0; other < to.count; other++) {
      let distance = 0;
      for (let i = 0; i < dimension; i++) {
        distance += ((from.data[row * dimension + i] as number) - (to.data[other * dimension + i] as number)) ** 2;
      }
      if (distance < least) [best, least] = [other, distance];
    }
    return best;
  });
}
