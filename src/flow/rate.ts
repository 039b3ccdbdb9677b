/** How often something happens, over the last seconds. */

/** Times that are held. */
const MOST = 1024;

/** Events a second over a sliding window; where more than 1024 fall into it, over as many. */
export class Rate {
  readonly #times = new Float64Array(MOST);
  #count = 0;

  /** @param windowMs length of the window in milliseconds */
  constructor(private readonly windowMs = 10_000) {}

  tick(now = performance.now()): void {
    this.#times[this.#count++ % MOST] = now;
  }

  /** Of what happened in the window until `now`; 0 where that is less than two events. */
  perSecond(now = performance.now()): number {
    const held = Math.min(this.#count, MOST);
    let seen = 0;
    let oldest = now;
    while (seen < held) {
      const time = this.#times[(this.#count - 1 - seen) % MOST] as number;
      if (now - time > this.windowMs) break;
      oldest = time;
      seen++;
    }
    // Fewer than `held`: older ones have left the window, so the span is all of it; otherwise what has been seen spans it.
    const span = seen < held ? this.windowMs : now - oldest;
    return seen > 1 && span > 0 ? ((seen < held ? seen : seen - 1) * 1000) / span : 0;
  }
}
