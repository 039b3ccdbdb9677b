import { describe, expect, it } from 'vitest';
import { noiseAt, noiseBetween } from '../../src/models/noise.js';

const length = (noise: Float32Array) => Math.hypot(...noise);

describe('noiseAt', () => {
  it('is standard normal, and decided by seed and number alone', () => {
    const noise = noiseAt(3, 7, 20_000);
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const variance = noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
    expect(noiseAt(3, 7, 64)).toEqual(noise.slice(0, 64));
    expect(noiseAt(3, 8, 64)).not.toEqual(noise.slice(0, 64));
    expect(noiseAt(4, 7, 64)).not.toEqual(noise.slice(0, 64));
    expect(noiseAt(1, 0, 0)).toHaveLength(0);
  });
});

describe('noiseBetween', () => {
  it('goes from one end to the other without getting shorter on the way', () => {
    const [a, b] = [noiseAt(1, 0, 256), noiseAt(1, 1, 256)];
    for (const [i, value] of noiseBetween(a, b, 0).entries()) expect(value).toBeCloseTo(a[i]!, 5);
    for (const [i, value] of noiseBetween(a, b, 1).entries()) expect(value).toBeCloseTo(b[i]!, 5);
    const shortest = Math.min(length(a), length(b));
    for (let t = 0; t <= 1; t += 0.125) expect(length(noiseBetween(a, b, t))).toBeGreaterThan(shortest - 1e-3);
    expect(length(a.map((value, i) => (value + b[i]!) / 2))).toBeLessThan(0.85 * shortest);
  });

  it('takes even steps along the arc', () => {
    const quarter = noiseBetween(Float32Array.of(1, 0), Float32Array.of(0, 1), 1 / 3);
    expect([...quarter]).toEqual([expect.closeTo(Math.cos(Math.PI / 6), 5), expect.closeTo(0.5, 5)]);
  });

  it('goes straight where there is no one arc: the same noise, the opposite, none', () => {
    const a = Float32Array.of(1, 2);
    expect([...noiseBetween(a, a, 0.3)]).toEqual([expect.closeTo(1, 6), expect.closeTo(2, 6)]);
    expect([...noiseBetween(a, Float32Array.of(-1, -2), 0.25)]).toEqual([expect.closeTo(0.5, 6), expect.closeTo(1, 6)]);
    expect([...noiseBetween(a, Float32Array.of(0, 0), 0.5)]).toEqual([0.5, 1]);
  });
});
