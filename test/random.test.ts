import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomAt, threefry } from '../src/random.js';

function draws(seed: number, ...keys: (number | string)[]): number[] {
  const random = randomAt(seed, ...keys);
  return Array.from({ length: 8 }, () => random.uniform());
}

describe('threefry', () => {
  it.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x243f6a88, 0x85a308d3],
      [0x13198a2e, 0x03707344],
      [0xc4923a9c, 0x483df7a0],
    ],
  ] as const)('gives the known answers of Random123: %j under %j', (counter, key, answer) => {
    const out: [number, number] = [0, 0];
    threefry(counter[0], counter[1], key[0], key[1], out);
    expect(out).toEqual(answer);
  });
});

describe('randomAt', () => {
  it('is a pure function of its arguments', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.array(fc.oneof(fc.maxSafeInteger(), fc.string())), (seed, keys) => {
        expect(draws(seed, ...keys)).toEqual(draws(seed, ...keys));
      }),
    );
  });

  it('gives different numbers for another seed, name, step or order', () => {
    const streams = [
      draws(1),
      draws(-1),
      draws(1 + 2 ** 32),
      draws(1, 0),
      draws(1, ''),
      draws(1, 'a'),
      draws(1, 'b'),
      draws(1, 'a', 'b'),
      draws(1, 'b', 'a'),
      draws(1, 'ab'),
      draws(1, 'a', 1),
      draws(1, 'a', 2),
      draws(2, 'a', 1),
      draws(1, '1'),
      draws(1, 1),
    ];
    expect(new Set(streams.flat()).size).toBe(streams.length * 8);
  });

  it('refuses seeds and keys that are not integers', () => {
    expect(() => randomAt(0.5)).toThrow(RangeError);
    expect(() => randomAt(Number.NaN)).toThrow(RangeError);
  });

  it('is uniform: mean, variance, range, and no correlation between neighbours', () => {
    const random = randomAt(7, 'uniform');
    const values = Array.from({ length: 20_000 }, () => random.uniform(-1, 1));
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((a, b) => a + b * b, 0) / values.length;
    const lag = values.slice(1).reduce((a, b, i) => a + b * (values[i] as number), 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(variance).toBeCloseTo(1 / 3, 1);
    expect(Math.abs(lag)).toBeLessThan(0.02);
    expect(values.every((v) => v >= -1 && v < 1)).toBe(true);
  });

  it('is normal: mean, deviation, tails', () => {
    const random = randomAt(7, 'normal');
    const values = Array.from({ length: 20_000 }, () => random.normal(3, 2));
    const mean = values.reduce((a, b) => a + b) / values.length;
    const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
    expect(mean).toBeCloseTo(3, 1);
    expect(deviation).toBeCloseTo(2, 1);
    const beyondTwo = values.filter((v) => Math.abs(v - 3) > 4).length / values.length;
    expect(beyondTwo).toBeGreaterThan(0.035);
    expect(beyondTwo).toBeLessThan(0.057);
  });

  it('draws every integer equally often', () => {
    const random = randomAt(3, 'integer');
    const counts = [0, 0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 7_000; i++) counts[random.integer(7)]!++;
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
    expect(() => random.integer(0)).toThrow(RangeError);
    expect(() => random.integer(1.5)).toThrow(RangeError);
  });

  it('samples distinct integers', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 200 }), fc.nat(200), (seed, count, more) => {
        const taken = randomAt(seed).sample(count, count + more);
        expect(new Set(taken).size).toBe(count);
        expect(taken.every((i) => i >= 0 && i < count + more)).toBe(true);
      }),
    );
    expect(() => randomAt(1).sample(3, 2)).toThrow(RangeError);
  });

  it('takes every element in every place equally often', () => {
    const counts = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
    for (let i = 0; i < 4_000; i++) {
      for (const [place, value] of randomAt(i, 'shuffle').shuffle([0, 1, 2, 3]).entries()) counts[place]![value]!++;
    }
    for (const count of counts.flat()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
