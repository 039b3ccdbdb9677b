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
      { x: 1, mean: 0.5, low: 0.5, high: 0.5 },
      { x: 6, mean: -2, low: -2, high: -2 },
    ]);
  });

  it('keeps means and extremes of longer and longer stretches, all equally long', () => {
    const curve = new Curve(10);
    for (let step = 0; step < 1000; step++) curve.add(step, step === 500 ? 1e6 : step);
    const { points } = curve;
    expect(points.map(({ low }) => low)).toEqual([0, 128, 256, 384, 512, 640, 768, 896]);
    expect(points[1]).toEqual({ x: 191.5, mean: 191.5, low: 128, high: 255 });
    expect(points[3]?.high).toBe(1e6);
    expect(points.at(-1)).toEqual({ x: 947.5, mean: 947.5, low: 896, high: 999 });
  });
});
