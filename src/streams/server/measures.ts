/** Sliding measurements: how many a second, and how long it took. */

const RATE_SPAN_MS = 3000;
const LATENCY_SPAN_MS = 10_000;

/** Percentiles in milliseconds; null where the window holds nothing. */
export interface Percentiles {
  /** Median. */
  readonly p50: number | null;
  /** 95th percentile. */
  readonly p95: number | null;
}

/** Events a second over the last three seconds. Holds 512 times, so rates above 170 a second are taken over a shorter span. */
export class RateMeter {
  readonly #times = new Float64Array(512);
  #count = 0;

  add(now = performance.now()): void {
    this.#times[this.#count++ % this.#times.length] = now;
  }

  perSecond(now = performance.now()): number {
    const held = Math.min(this.#count, this.#times.length);
    let seen = 0;
    let oldest = now;
    while (seen < held) {
      const time = this.#times[(this.#count - 1 - seen) % this.#times.length] as number;
      if (now - time > RATE_SPAN_MS) break;
      oldest = time;
      seen++;
    }
    // Fewer than `held`: older ones have left the window, so the span is all of it; otherwise what has been seen spans it.
    const span = seen < held ? RATE_SPAN_MS : now - oldest;
    return seen > 1 && span > 0 ? ((seen < held ? seen : seen - 1) * 1000) / span : 0;
  }
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
