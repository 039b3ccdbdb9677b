import { describe, expect, it } from 'vitest';
import { Curves, usualRange } from '../../src/viewer/page/curves.js';
import { Rate } from '../../src/viewer/page/rate.js';
import { Backoff } from '../../src/viewer/page/retry.js';

const report = (step: number, losses: Record<string, number> = { refiner: step }) => ({ step, losses });

describe('Curves', () => {
  it('returns columns, with gaps where a report has no value', () => {
    const curves = new Curves();
    curves.replace([report(1), report(2, { discriminator: 5 }), report(3, { refiner: Number.NaN })]);
    expect(curves.lossNames).toEqual(['refiner', 'discriminator']);
    expect(curves.columns([({ losses }) => losses.refiner, ({ change }) => change])).toEqual([
      [1, 2, 3],
      [1, null, null],
      [null, null, null],
    ]);
  });

  it('adds a step once, and clears the curves when steps go back', () => {
    const curves = new Curves();
    for (const step of [5, 6, 6, 7, 2, 3]) curves.add(report(step));
    expect(curves.columns([])).toEqual([[2, 3]]);
  });

  it('stays bounded however long it runs, from the first step to the last', () => {
    const curves = new Curves();
    for (let step = 0; step < 100_000; step++) curves.add(report(step));
    expect(curves.length).toBeLessThanOrEqual(2000);
    const [steps] = curves.columns([]);
    expect(steps?.[0]).toBe(0);
    expect(steps?.at(-1)).toBeGreaterThan(99_990);
  });
});

describe('usualRange', () => {
  it('leaves the rare extremes of each line outside, but never its newest value', () => {
    const falling = Array.from({ length: 100 }, (_, i) => (i < 5 ? 90 - i : 3 + (i % 2)));
    expect(usualRange([falling])).toEqual([3, 4]);
    expect(usualRange([[...falling, 50]])).toEqual([3, 50]);
    expect(usualRange([falling, [null, -2, null, 8]])).toEqual([-2, 8]);
  });

  it('includes all values where they are few, and is undefined without values', () => {
    expect(usualRange([[7, 2, null, 3]])).toEqual([2, 7]);
    expect(usualRange([[null], []])).toBeUndefined();
  });
});

describe('Rate', () => {
  it('is the frequency of the last two seconds', () => {
    const rate = new Rate();
    expect(rate.perSecond(0)).toBe(0);
    for (let at = 0; at <= 5000; at += 50) rate.add(at);
    expect(rate.perSecond(5000)).toBeCloseTo(20);
    expect(rate.perSecond(10_000)).toBe(0);
  });
});

describe('Backoff', () => {
  it('waits longer each time, never longer than ten seconds, and starts again after a success', () => {
    const backoff = new Backoff();
    const waits = Array.from({ length: 12 }, () => backoff.next());
    expect(waits[0]).toBeLessThanOrEqual(500);
    expect(waits[3]).toBeGreaterThan(waits[0] as number);
    expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
    backoff.reset();
    expect(backoff.next()).toBeLessThanOrEqual(500);
  });
});
