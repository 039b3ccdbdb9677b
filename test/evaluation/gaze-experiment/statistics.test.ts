import { describe, expect, it } from 'vitest';
import { estimate, median } from '../../../src/evaluation/gaze-experiment/statistics.js';

describe('estimate', () => {
  it("gives Student's interval", () => {
    // By hand: mean 2, deviation 1, t(2) = 4.303, so 4.303 / √3 to each side.
    const { mean, low, high, count } = estimate([1, 2, 3]);
    expect([mean, count]).toEqual([2, 3]);
    expect(low).toBeCloseTo(2 - 4.303 / Math.sqrt(3), 4);
    expect(high).toBeCloseTo(2 + 4.303 / Math.sqrt(3), 4);
  });

  it('takes the normal quantile for many values', () => {
    const values = Array.from({ length: 100 }, (_, i) => i % 2);
    expect(estimate(values).high - 0.5).toBeCloseTo((1.96 * Math.sqrt(25 / 99)) / 10, 6);
  });

  it('is clipped to the bounds of the values', () => {
    expect(estimate([0.9, 1], [0, 1])).toMatchObject({ high: 1 });
    expect(estimate([0.9, 1]).high).toBeGreaterThan(1);
  });

  it('has no interval for one value, and is NaN without values', () => {
    expect(estimate([5])).toMatchObject({ mean: 5, low: Number.NaN, high: Number.NaN });
    expect(estimate([]).mean).toBeNaN();
  });

  it('has an interval of width 0 for equal values', () => {
    expect(estimate([4, 4, 4])).toEqual({ mean: 4, low: 4, high: 4, count: 3 });
  });
});

describe('median', () => {
  it.each([
    [[3], 3],
    [[3, 1], 2],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %d', (values, expected) => expect(median(values)).toBe(expected));

  it('of nothing is NaN', () => expect(median([])).toBeNaN());
});
