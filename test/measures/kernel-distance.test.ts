import { describe, expect, it } from 'vitest';
import type { Features } from '../../src/measures/features.js';
import { kernelDistance, nearestRows } from '../../src/measures/kernel-distance.js';
import { randomAt } from '../../src/random.js';

function gaussian(count: number, mean: number, seed: number, dimension = 16): Features {
  const random = randomAt(seed, 'features');
  return { data: Float32Array.from({ length: count * dimension }, () => random.normal(mean, 1)), count, dimension };
}

describe('kernelDistance', () => {
  it('is the unbiased estimate of its definition', () => {
    const a = gaussian(5, 0, 1, 2);
    const b = gaussian(4, 1, 2, 2);
    const k = (x: Features, i: number, y: Features, j: number) =>
      ((x.data[2 * i]! * y.data[2 * j]! + x.data[2 * i + 1]! * y.data[2 * j + 1]!) / 2 + 1) ** 3;
    let expected = 0;
    for (let i = 0; i < 5; i++) for (let j = 0; j < 5; j++) if (i !== j) expected += k(a, i, a, j) / 20;
    for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) if (i !== j) expected += k(b, i, b, j) / 12;
    for (let i = 0; i < 5; i++) for (let j = 0; j < 4; j++) expected -= (2 * k(a, i, b, j)) / 20;
    expect(kernelDistance(a, b).distance).toBeCloseTo(expected, 9);
  });

  it('is about 0 for one distribution, on both sides of it, with intervals that nearly always cover 0', () => {
    const distances = Array.from({ length: 40 }, (_, i) =>
      kernelDistance(gaussian(60, 0, 2 * i), gaussian(50, 0, 2 * i + 1)),
    );
    const mean = distances.reduce((sum, { distance }) => sum + distance, 0) / 40;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(distances.some(({ distance }) => distance < 0)).toBe(true);
    expect(distances.some(({ distance }) => distance > 0)).toBe(true);
    const covering = distances.filter(({ interval: [low, high] }) => low <= 0 && high >= 0).length;
    expect(covering).toBeGreaterThanOrEqual(36);
  });

  it('grows with the difference and is measurably above 0', () => {
    const near = kernelDistance(gaussian(80, 0, 1), gaussian(80, 0.5, 2));
    const far = kernelDistance(gaussian(80, 0, 1), gaussian(80, 1, 2));
    expect(near.interval[0]).toBeGreaterThan(0);
    expect(far.distance).toBeGreaterThan(2 * near.distance);
  });

  it('has a wider interval for fewer rows', () => {
    const width = (count: number) => {
      const { interval } = kernelDistance(gaussian(count, 0, 3), gaussian(count, 1, 4));
      return interval[1] - interval[0];
    };
    expect(width(15)).toBeGreaterThan(1.5 * width(150));
  });

  it('refuses rows of different lengths and too few of them', () => {
    expect(() => kernelDistance(gaussian(9, 0, 1, 3), gaussian(9, 0, 1, 4))).toThrow(/one length/);
    expect(() => kernelDistance(gaussian(9, 0, 1), gaussian(3, 0, 1))).toThrow(/4 rows/);
  });
});

describe('nearestRows', () => {
  it('finds the nearest', () => {
    const row = (...values: number[]): Features => ({
      data: Float32Array.from(values),
      count: values.length,
      dimension: 1,
    });
    expect(nearestRows(row(0, 5.1, 9), row(5, 10, 1))).toEqual([2, 0, 1]);
  });
});
