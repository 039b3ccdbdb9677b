import { describe, expect, it } from 'vitest';
import { grainOf } from '../../src/models/grain.js';
import { randomAt } from '../../src/random.js';

describe('grain', () => {
  const size = 64 * 64;

  it('is standard normal noise, other noise for every picture', () => {
    const noise = grainOf(randomAt(1, 'a'), 4, size);
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const variance = noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
    const pictures = [0, 1, 2, 3].map((i) => noise.subarray(i * size, (i + 1) * size).join());
    expect(new Set(pictures).size).toBe(4);
  });

  it('is a pure function of its random stream, also for pictures larger than usual', () => {
    const large = 400 * 400;
    const first = grainOf(randomAt(2), 1, size);
    expect(grainOf(randomAt(3), 1, large)).toHaveLength(large);
    expect(grainOf(randomAt(2), 1, size)).toEqual(first);
    expect(grainOf(randomAt(3), 1, large)).toEqual(grainOf(randomAt(3), 1, large));
  });
});
