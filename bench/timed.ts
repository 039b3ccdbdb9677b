/** Times one call over several runs after a warm-up. */

export interface Row {
  readonly name: string;
  readonly what: 'train-step' | 'infer';
  readonly batch: number;
  readonly median_ms: number;
  readonly min_ms: number;
  readonly max_ms: number;
}

export async function timed(
  call: () => Promise<unknown>,
  runs: number,
  warmUp: number,
): Promise<Pick<Row, 'median_ms' | 'min_ms' | 'max_ms'>> {
  for (let run = 0; run < warmUp; run++) await call();
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const middle = times.length >> 1;
  const median = times.length % 2 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
  return { median_ms: round(median), min_ms: round(times[0]), max_ms: round(times[times.length - 1]) };
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
