/** How often something happens, over the last seconds. */

/** Events a second over a sliding window. Memory: the times of one window. */
export class Rate {
  private readonly times: number[] = [];

  /** @param windowMs length of the window in milliseconds */
  constructor(private readonly windowMs = 10_000) {}

  tick(now = performance.now()): void {
    this.times.push(now);
    this.forget(now);
  }

  /** Events a second, measured between the first and the last in the window; 0 when nothing happened lately. */
  perSecond(now = performance.now()): number {
    this.forget(now);
    if (this.times.length < 2) return 0;
    return ((this.times.length - 1) * 1000) / (now - this.times[0]);
  }

  private forget(now: number): void {
    let old = 0;
    while (old < this.times.length && this.times[old] < now - this.windowMs) old++;
    if (old > 0) this.times.splice(0, old);
  }
}
