/** Smooths a noisy measurement over time: steady when it rests, quick when it moves. */

export interface OneEuroOptions {
  /** Cut-off frequency at rest, in Hz: lower is steadier. Default 1. */
  readonly minCutoff?: number;
  /** How much the cut-off grows with speed, in Hz per unit of the measurement per second: higher lags less. Default 0. */
  readonly beta?: number;
  /** Cut-off frequency of the speed's own filter, in Hz. Default 1. */
  readonly speedCutoff?: number;
}

/**
 * The one-euro filter of Casiez, Roussel and Vogel, "1 € Filter: A Simple Speed-based Low-pass Filter for Noisy Input in
 * Interactive Systems", CHI 2012.
 */
export class OneEuro {
  readonly #minCutoff: number;
  readonly #beta: number;
  readonly #speedCutoff: number;
  #last: { raw: number; value: number; speed: number; time: number } | undefined;

  constructor(options: OneEuroOptions = {}) {
    this.#minCutoff = options.minCutoff ?? 1;
    this.#beta = options.beta ?? 0;
    this.#speedCutoff = options.speedCutoff ?? 1;
  }

  /** The value last returned; `undefined` before the first. */
  get value(): number | undefined {
    return this.#last?.value;
  }

  /**
   * The smoothed measurement; the first one as it is.
   *
   * @param time of the measurement in milliseconds. One that is not later than the last counts as one millisecond later.
   */
  filter(raw: number, time: number): number {
    const last = this.#last;
    if (last === undefined) {
      this.#last = { raw, value: raw, speed: 0, time };
      return raw;
    }
    const seconds = Math.max(time - last.time, 1) / 1000;
    const speed = last.speed + share(this.#speedCutoff, seconds) * ((raw - last.value) / seconds - last.speed);
    const cutoff = this.#minCutoff + this.#beta * Math.abs(speed);
    const value = last.value + share(cutoff, seconds) * (raw - last.value);
    this.#last = { raw, value, speed, time: Math.max(time, last.time) };
    return value;
  }
}

/** How far an exponential filter with this cut-off goes toward a new value in this time: 0 not at all, 1 all the way. */
function share(cutoff: number, seconds: number): number {
  return 1 / (1 + 1 / (2 * Math.PI * cutoff * seconds));
}
