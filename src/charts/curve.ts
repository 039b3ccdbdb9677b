/** A curve of a value over training steps in bounded memory: mean and deviation for each interval of steps. */

/** A point of a curve: the values of one interval of steps. */
export interface CurvePoint {
  /** Mean step of the values. */
  readonly x: number;
  readonly mean: number;
  /** Standard deviation; 0 for a single value. */
  readonly deviation: number;
}

interface Interval {
  index: number;
  count: number;
  steps: number;
  mean: number;
  /** Sum of squared distances from the mean. */
  squares: number;
}

/** A curve to which values are added in the order of their steps. Intervals double in length whenever there are too many. */
export class Curve {
  private intervals: Interval[] = [];
  private length = 1;

  /** @param maxIntervals largest number of intervals */
  constructor(private readonly maxIntervals = 400) {}

  /** Adds a value. Values that are not finite numbers (an overflowed loss is `null` in JSON) are ignored. */
  add(step: number, value: number | null | undefined): void {
    if (typeof value !== 'number' || !Number.isFinite(value)) return;
    const index = Math.floor(step / this.length);
    const last = this.intervals.at(-1);
    const added = { index, count: 1, steps: step, mean: value, squares: 0 };
    if (last?.index === index) merge(last, added);
    else this.intervals.push(added);
    while (this.intervals.length > this.maxIntervals) this.doubleIntervals();
  }

  get points(): CurvePoint[] {
    return this.intervals.map(({ count, steps, mean, squares }) => ({
      x: steps / count,
      mean,
      deviation: Math.sqrt(squares / count),
    }));
  }

  private doubleIntervals(): void {
    this.length *= 2;
    const doubled: Interval[] = [];
    for (const interval of this.intervals) {
      const index = Math.floor(interval.index / 2);
      const last = doubled.at(-1);
      if (last?.index === index) merge(last, interval);
      else doubled.push({ ...interval, index });
    }
    this.intervals = doubled;
  }
}

/** Merges two intervals' moments; Chan et al., "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", 1979. */
function merge(into: Interval, other: Interval): void {
  const count = into.count + other.count;
  const difference = other.mean - into.mean;
  into.mean += (difference * other.count) / count;
  into.squares += other.squares + (difference * difference * into.count * other.count) / count;
  into.count = count;
  into.steps += other.steps;
}
