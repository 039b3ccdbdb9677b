/** The one-euro filter, which smooths a noisy measurement strongly at rest and little in motion. */

export interface OneEuroOptions {
  /** Cut-off frequency at rest, in Hz; lower values smooth more. Default 1. */
  readonly minCutoff?: number;
  /** Increase of the cut-off with speed, in Hz per unit of the measurement per second; higher values lag less. Default 0. */
  readonly beta?: number;
  /** Cut-off frequency of the filter for the speed, in Hz. Default 1. */
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
   * Returns the smoothed measurement; the first one is returned unchanged.
   *
   * @param time timestamp of the measurement in milliseconds. One that is not later than the last counts as one millisecond later.
   */
  filter(raw: number, time: number): number {
    const last = this.#last;
    if (last === undefined) {
      this.#last = { raw, value: raw, speed: 0, time };
      return raw;
    }
    const seconds = Math.max(time - last.time, 1) / 1000;
    const speed =
      last.speed + smoothingFactor(this.#speedCutoff, seconds) * ((raw - last.value) / seconds - last.speed);
    const cutoff = this.#minCutoff + this.#beta * Math.abs(speed);
    const value = last.value + smoothingFactor(cutoff, seconds) * (raw - last.value);
    this.#last = { raw, value, speed, time: Math.max(time, last.time) };
    return value;
  }
}

/** The smoothing factor α of an exponential filter with this cut-off: 0 keeps the old value, 1 takes the new one. */
function smoothingFactor(cutoff: number, seconds: number): number {
  return 1 / (1 + 1 / (2 * Math.PI * cutoff * seconds));
}
