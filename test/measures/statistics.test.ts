import { describe, expect, it } from 'vitest';
import { pictureStatistics, statisticsDistance, varietyOf, wasserstein } from '../../src/measures/statistics.js';
import { eyes, plain } from './eyes.js';

describe('pictureStatistics', () => {
  it('states colour means, deviations and shares', () => {
    const data = Uint8Array.from({ length: 2 * 16 * 16 * 3 }, (_, i) => [10, i < 768 ? 100 : 200, 255][i % 3]!);
    const { channels, gradient } = pictureStatistics({ data, count: 2, width: 16, height: 16 });
    expect(channels.map(({ mean }) => mean)).toEqual([10, 150, 255]);
    expect(channels.map(({ deviation }) => Math.round(deviation))).toEqual([0, 50, 0]);
    expect(channels[1]!.shares[100]).toBe(0.5);
    expect(channels[1]!.interval[0]).toBe(100);
    expect(gradient.mean).toBe(0);
  });

  it('measures the gradient of a ramp in levels a pixel', () => {
    const data = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => 3 * (Math.floor(i / 3) % 16));
    expect(pictureStatistics({ data, count: 1, width: 16, height: 16 }).gradient.mean).toBeCloseTo(3, 9);
  });
});

describe('statisticsDistance', () => {
  it('is 0 to itself and the shift of colours otherwise', () => {
    const pictures = eyes(4);
    const of = pictureStatistics(pictures);
    expect(statisticsDistance(of, of)).toMatchObject({ colour: 0, gradient: 0 });
    const darker = { ...pictures, data: pictures.data.map((byte) => Math.min(byte, 240)) };
    const brighter = { ...darker, data: darker.data.map((byte) => byte + 15) };
    const { colour, channels, gradient } = statisticsDistance(pictureStatistics(darker), pictureStatistics(brighter));
    expect(colour).toBeCloseTo(15, 9);
    expect(channels[0]!.mean).toBeCloseTo(15, 9);
    expect(channels[0]!.deviation).toBeCloseTo(0, 6);
    expect(gradient).toBeCloseTo(0, 9);
  });
});

describe('wasserstein', () => {
  it('is the earth mover’s distance', () => {
    expect(wasserstein([1, 0, 0], [0, 0, 1], 1)).toBe(2);
    expect(wasserstein([0.5, 0.5, 0], [0, 0.5, 0.5], 3)).toBe(3);
    expect(wasserstein([0.2, 0.8], [0.2, 0.8], 1)).toBe(0);
  });
});

describe('varietyOf', () => {
  it('is 0 where all pictures are the same', () => {
    expect(varietyOf(plain(5, 77))).toBe(0);
    expect(varietyOf(eyes(8))).toBeGreaterThan(10);
  });
});
