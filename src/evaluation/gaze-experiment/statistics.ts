/** Means over seeds with their confidence intervals. */

/** A mean and its 95 % confidence interval; the bounds are NaN for a single value. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** Student's t, 97.5 % quantile, for 1, 2, 3 … degrees of freedom. */
const STUDENT = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const NORMAL = 1.96;

const UNBOUNDED: readonly [min: number, max: number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** The mean of independent values with Student's confidence interval, clipped to the possible range of the values; NaN without values. */
export function estimate(values: readonly number[], [min, max] = UNBOUNDED): Estimate {
  const count = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const reach = (STUDENT[count - 2] ?? NORMAL) * Math.sqrt(variance / count);
  return { mean, low: Math.max(min, mean - reach), high: Math.min(max, mean + reach), count };
}

/** The median; NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}
