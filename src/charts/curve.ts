/** A value over training in bounded memory: means and deviations of stretches of steps. */

/** A stretch of steps. */
export interface CurvePoint {
  /** Mean step of its values. */
  readonly x: number;
  readonly mean: number;
  /** Standard deviation; 0 where it is of one value. */
  readonly deviation: number;
}

interface Stretch {
  index: number;
  count: number;
  steps: number;
  mean: number;
  /** Sum of squared distances from the mean. */
  squares: number;
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
    const added = { index, count: 1, steps: step, mean: value, squares: 0 };
    if (last?.index === index) merge(last, added);
    else this.stretches.push(added);
    while (this.stretches.length > this.most) this.widen();
  }

  get points(): CurvePoint[] {
    return this.stretches.map(({ count, steps, mean, squares }) => ({
      x: steps / count,
      mean,
      deviation: Math.sqrt(squares / count),
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

/** Chan et al., "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", 1979. */
function merge(into: Stretch, other: Stretch): void {
  const count = into.count + other.count;
  const apart = other.mean - into.mean;
  into.mean += (apart * other.count) / count;
  into.squares += other.squares + (apart * apart * into.count * other.count) / count;
  into.count = count;
  into.steps += other.steps;
}
