/** How long something took, over the last seconds. */

const LATENCY_SPAN_MS = 10_000;

/** Percentiles in milliseconds; null where the window holds nothing. */
export interface Percentiles {
  /** Median. */
  readonly p50: number | null;
  /** 95th percentile. */
  readonly p95: number | null;
}

/** Percentiles of the last 1024 durations that are at most ten seconds old. */
export class LatencyWindow {
  readonly #values = new Float64Array(1024);
  readonly #times = new Float64Array(1024);
  #count = 0;

  add(milliseconds: number, now = performance.now()): void {
    if (!Number.isFinite(milliseconds)) return;
    const at = this.#count++ % this.#values.length;
    this.#values[at] = Math.max(0, milliseconds);
    this.#times[at] = now;
  }

  percentiles(now = performance.now()): Percentiles {
    const held = Math.min(this.#count, this.#values.length);
    const recent = this.#values.slice(0, held).filter((_, at) => now - (this.#times[at] as number) <= LATENCY_SPAN_MS);
    recent.sort();
    return { p50: nearestRank(recent, 0.5), p95: nearestRank(recent, 0.95) };
  }
}

function nearestRank(sorted: Float64Array, fraction: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * fraction) - 1)] ?? null;
}
