import { describe, expect, it } from 'vitest';
import { correlation, deviation, squares } from '../../src/vision/luminance.js';

describe('brightness in squares', () => {
  it('is the mean of 4 × 4 pixels and all channels; what fills no square is left out', () => {
    const [width, height] = [9, 5];
    const picture = Array.from({ length: width * height * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
      return x === 8 || y === 4 ? 1_000 : x < 4 ? (i % 3) * 3 : 50;
    });
    expect([...squares(picture, width, height)]).toEqual([expect.closeTo(3, 4), expect.closeTo(50, 4)]);
  });

  it("is Pearson's correlation", () => {
    const a = Float32Array.of(1, 2, 3, 4);
    expect(deviation(a)).toBeCloseTo(Math.sqrt(1.25), 6);
    expect(correlation(a, Float32Array.of(2, 4, 6, 8))).toBeCloseTo(1, 6);
    expect(correlation(a, Float32Array.of(4, 3, 2, 1))).toBeCloseTo(-1, 6);
    expect(correlation(a, Float32Array.of(1, -1, -1, 1))).toBeCloseTo(0, 6);
    expect(correlation(a, Float32Array.of(5, 5, 5, 5))).toBe(0);
  });
});
