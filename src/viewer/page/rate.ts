/** Measures the rate of events over the last two seconds. */

const SPAN_MS = 2000;

export class Rate {
  #times: number[] = [];

  add(now = performance.now()): void {
    this.#times.push(now);
  }

  perSecond(now = performance.now()): number {
    this.#times = this.#times.filter((time) => now - time <= SPAN_MS);
    const [first] = this.#times;
    if (first === undefined || this.#times.length < 2) return 0;
    return ((this.#times.length - 1) * 1000) / Math.max(1, now - first);
  }
}
