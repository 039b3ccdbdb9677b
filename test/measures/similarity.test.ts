import { describe, expect, it } from 'vitest';
import { meanChange, similarityKept, structuralSimilarity } from '../../src/measures/similarity.js';
import { eyes, photographed, plain } from './eyes.js';

const picture = eyes(1).data;

describe('structuralSimilarity', () => {
  it('is 1 of a picture and itself, and symmetric', () => {
    const other = photographed(eyes(1)).data;
    expect(structuralSimilarity(picture, picture, 32, 32)).toBeCloseTo(1, 12);
    expect(structuralSimilarity(picture, other, 32, 32)).toBeCloseTo(structuralSimilarity(other, picture, 32, 32), 12);
  });

  it('has the value of the formula on plain pictures: only luminance counts', () => {
    const c1 = (0.01 * 255) ** 2;
    const expected = (2 * 100 * 150 + c1) / (100 ** 2 + 150 ** 2 + c1);
    const value = structuralSimilarity(plain(1, 100, 16).data, plain(1, 150, 16).data, 16, 16);
    expect(value).toBeCloseTo(expected, 9);
  });

  it('has the value that the definition gives for one window', () => {
    // 11×11: one window, so that weighted moments can be written out.
    const grey = (values: number[]) => Uint8Array.from(values.flatMap((value) => [value, value, value]));
    const a = Array.from({ length: 121 }, (_, i) => (i * 37) % 200);
    const b = Array.from({ length: 121 }, (_, i) => (i * 53 + 20) % 220);
    const gauss = Array.from({ length: 11 }, (_, i) => Math.exp(-((i - 5) ** 2) / 4.5));
    const weights = gauss.flatMap((y) => gauss.map((x) => x * y));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const mean = (f: (i: number) => number) => weights.reduce((total, weight, i) => total + (weight / sum) * f(i), 0);
    const [ma, mb] = [mean((i) => a[i]!), mean((i) => b[i]!)];
    const va = mean((i) => (a[i]! - ma) ** 2);
    const vb = mean((i) => (b[i]! - mb) ** 2);
    const ab = mean((i) => (a[i]! - ma) * (b[i]! - mb));
    const [c1, c2] = [6.5025, 58.5225];
    const expected = ((2 * ma * mb + c1) * (2 * ab + c2)) / ((ma ** 2 + mb ** 2 + c1) * (va + vb + c2));
    expect(structuralSimilarity(grey(a), grey(b), 11, 11)).toBeCloseTo(expected, 9);
  });

  it('is low for another eye, high for noise, negative for the negative', () => {
    const others = eyes(4);
    const noisy = {
      ...others,
      data: others.data.map((byte, i) => Math.max(0, Math.min(255, byte + ((i * 7919) % 5) - 2))),
    };
    expect(similarityKept(others, noisy).mean).toBeGreaterThan(0.9);
    const turned = {
      ...others,
      data: Uint8Array.from([...others.data.subarray(3072), ...others.data.subarray(0, 3072)]),
    };
    expect(similarityKept(others, turned).mean).toBeLessThan(0.6);
    const negative = { ...others, data: others.data.map((byte) => 255 - byte) };
    expect(similarityKept(others, negative).mean).toBeLessThan(0);
  });
});

describe('meanChange', () => {
  it('is 0 without a change and 2 from black to white', () => {
    expect(meanChange(plain(3, 9), plain(3, 9))).toEqual({ mean: 0, interval: [0, 0] });
    expect(meanChange(plain(3, 0), plain(3, 255)).mean).toBe(2);
    expect(meanChange(plain(3, 100), plain(3, 110)).mean).toBeCloseTo(10 / 127.5, 12);
    expect(() => meanChange(plain(3, 0), plain(3, 0, 16))).toThrow(/cannot be compared/);
  });
});
