import { describe, expect, it } from 'vitest';
import { Curve } from '../../src/charts/curve.js';

describe('a curve', () => {
  it('keeps each value while there are few, and leaves out what is no number', () => {
    const curve = new Curve();
    for (const [step, value] of [
      [1, 0.5],
      [2, null],
      [3, undefined],
      [4, Number.NaN],
      [5, Number.POSITIVE_INFINITY],
      [6, -2],
    ] as const)
      curve.add(step, value);
    expect(curve.points).toEqual([
      { x: 1, mean: 0.5, deviation: 0 },
      { x: 6, mean: -2, deviation: 0 },
    ]);
  });

  it('keeps means and deviations of longer and longer stretches, all equally long', () => {
    const curve = new Curve(10);
    for (let step = 0; step < 1000; step++) curve.add(step, step);
    const { points } = curve;
    expect(points.map(({ x }) => x)).toEqual([63.5, 191.5, 319.5, 447.5, 575.5, 703.5, 831.5, 947.5]);
    for (const [i, { x, mean, deviation }] of points.entries()) {
      const length = i < 7 ? 128 : 104;
      expect(mean).toBeCloseTo(x, 9);
      expect(deviation).toBeCloseTo(Math.sqrt((length ** 2 - 1) / 12), 9);
    }
  });
});
