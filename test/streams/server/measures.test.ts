import { describe, expect, it } from 'vitest';
import { LatencyWindow } from '../../../src/streams/server/measures.js';

describe('LatencyWindow', () => {
  it('is null without values', () => {
    expect(new LatencyWindow().percentiles(0)).toEqual({ p50: null, p95: null });
  });

  it('takes the nearest rank', () => {
    const window = new LatencyWindow();
    for (let value = 100; value >= 1; value--) window.add(value, 0);
    expect(window.percentiles(1)).toEqual({ p50: 50, p95: 95 });
  });

  it('forgets what is older than ten seconds', () => {
    const window = new LatencyWindow();
    for (let second = 0; second < 30; second++) window.add(second, second * 1000);
    expect(window.percentiles(29_000)).toEqual({ p50: 24, p95: 29 });
    expect(window.percentiles(60_000)).toEqual({ p50: null, p95: null });
  });

  it('holds a bounded number, newest first', () => {
    const window = new LatencyWindow();
    for (let value = 0; value < 10_000; value++) window.add(value, 0);
    expect(window.percentiles(0).p50).toBe(9999 - 512);
  });

  it('ignores non-finite values and counts negative durations as 0', () => {
    const window = new LatencyWindow();
    window.add(Number.NaN, 0);
    window.add(-5, 0);
    expect(window.percentiles(0)).toEqual({ p50: 0, p95: 0 });
  });
});
