/** Bootstrap confidence intervals of means, over blocks of neighbouring values. */
import { randomAt } from '../random.js';

/** The bounds of a 95 % confidence interval. */
export type Interval = readonly [low: number, high: number];

const RESAMPLES = 2000;
/** Blocks of a long series: enough for the bootstrap, few enough that neighbouring frames are in the same block. */
const BLOCKS = 40;

/** The mean of the values. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** The sample standard deviation (with n − 1). */
export function deviationOf(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((values[i] as number) - mean) ** 2;
  return values.length > 1 ? Math.sqrt(sum / (values.length - 1)) : 0;
}

/** The `at` quantile (0 to 1) of the values, without interpolation. */
export function quantileOf(values: ArrayLike<number>, at: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] as number;
}

/** The middle 95 % of resampled figures. */
function percentileInterval(figures: ArrayLike<number>): Interval {
  return [quantileOf(figures, 0.025), quantileOf(figures, 0.975)];
}

/** Splits a series into at most `blocks` contiguous blocks [from, to) of nearly equal length. */
export function blocksOf(length: number, blocks: number): readonly Interval[] {
  const count = Math.min(blocks, length);
  return Array.from({ length: count }, (_, i) => [
    Math.floor((i * length) / count),
    Math.floor(((i + 1) * length) / count),
  ]);
}

/** For each of the resamples, how many times each block is in it. */
function resampledBlocks(blocks: number, seed: number, name: string, resamples = RESAMPLES): Uint16Array[] {
  const random = randomAt(seed, 'bootstrap', name);
  return Array.from({ length: resamples }, () => {
    const times = new Uint16Array(blocks);
    for (let i = 0; i < blocks; i++) (times[random.integer(blocks)] as number)++;
    return times;
  });
}

/**
 * The 95 % confidence interval of a mean, by bootstrap over contiguous blocks, because neighbouring values, such as frames of a
 * video, are not independent (Künsch, "The jackknife and the bootstrap for general stationary observations", 1989).
 */
export function meanInterval(values: ArrayLike<number>, seed = 1): Interval {
  if (values.length === 0) return [Number.NaN, Number.NaN];
  const blocks = blocksOf(values.length, BLOCKS).map(([from, to]) => blockSum(values, from, to));
  return percentileInterval(
    resampledBlocks(blocks.length, seed, 'mean').map((times) => {
      const { sum, weight } = summed(blocks, times);
      return sum / weight;
    }),
  );
}

/**
 * The 95 % confidence interval of the mean of the groups' mean shares (each value 0 to 1), by the same bootstrap within each group.
 * One value 0 and one value 1 are added to each group (Agresti and Caffo, The American Statistician, 2000), so that the interval of
 * ten correct values out of ten has a width above 0.
 */
export function shareInterval(groups: readonly ArrayLike<number>[], seed = 1): Interval {
  const resampled = groups.map((values, group) => {
    const blocks = blocksOf(values.length, BLOCKS).map(([from, to]) => blockSum(values, from, to));
    blocks.push({ sum: 0, weight: 1 }, { sum: 1, weight: 1 });
    return resampledBlocks(blocks.length, seed, `share${group}`).map((times) => {
      const { sum, weight } = summed(blocks, times);
      return sum / weight;
    });
  });
  const statistics = Array.from({ length: RESAMPLES }, (_, i) =>
    meanOf(resampled.map((statistic) => statistic[i] as number)),
  );
  const [low, high] = percentileInterval(statistics);
  const mean = meanOf(groups.map(meanOf));
  return [Math.min(low, mean), Math.max(high, mean)];
}

interface Block {
  readonly sum: number;
  readonly weight: number;
}

function blockSum(values: ArrayLike<number>, from: number, to: number): Block {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i] as number;
  return { sum, weight: to - from };
}

function summed(blocks: readonly Block[], times: Uint16Array): Block {
  let sum = 0;
  let weight = 0;
  for (const [i, block] of blocks.entries()) {
    sum += block.sum * (times[i] as number);
    weight += block.weight * (times[i] as number);
  }
  return { sum, weight };
}
