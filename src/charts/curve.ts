/** A value over training in bounded memory: means and extremes of stretches of steps. */

/** A stretch of steps. */
export interface CurvePoint {
  /** Mean step of its values. */
  readonly x: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

interface Stretch {
  index: number;
  count: number;
  steps: number;
  sum: number;
  low: number;
  high: number;
}

/** Grows by one value after the other, steps rising. Stretches become twice as long whenever there are too many. */
export class Curve {
  private stretches: Stretch[] = [];
  private length = 1;

  /** @param most stretches, at most */
  constructor(private readonly most = 400) {}

  /** What is no finite number (a loss that overflowed is `null` in JSON) leaves a gap. */
  add(step: number, value: number | null | undefined): void {
    if (typeof value !== 'number' || !Number.isFinite(value)) return;
    const index = Math.floor(step / this.length);
    const last = this.stretches.at(-1);
    const added = { index, count: 1, steps: step, sum: value, low: value, high: value };
    if (last?.index === index) merge(last, added);
    else this.stretches.push(added);
    while (this.stretches.length > this.most) this.widen();
  }

  get points(): CurvePoint[] {
    return this.stretches.map(({ count, steps, sum, low, high }) => ({
      x: steps / count,
      mean: sum / count,
      low,
      high,
    }));
  }

  private widen(): void {
    this.length *= 2;
    const wider: Stretch[] = [];
    for (const stretch of this.stretches) {
      const index = Math.floor(stretch.index / 2);
      const last = wider.at(-1);
      if (last?.index === index) merge(last, stretch);
      else wider.push({ ...stretch, index });
    }
    this.stretches = wider;
  }
}

function merge(into: Stretch, other: Stretch): void {
  into.count += other.count;
  into.steps += other.steps;
  into.sum += other.sum;
  into.low = Math.min(into.low, other.low);
  into.high = Math.max(into.high, other.high);
}
