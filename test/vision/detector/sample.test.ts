import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../../src/frame.js';
import { type Region, wholeFrame } from '../../../src/vision/detector/region.js';
import { createSampler } from '../../../src/vision/detector/sample.js';
import { frameOf, painted } from './pictures.js';

function sampled(size: number, frame: Frame, region: Region): Float32Array {
  const input = new Float32Array(size * size * 3).fill(Number.NaN);
  createSampler(size)(frame, region, input);
  return input;
}

/** Brightness of an input pixel as a byte. */
function byte(input: Float32Array, x: number, y: number): number {
  const size = Math.sqrt(input.length / 3);
  return (((input[(y * size + x) * 3] as number) + 1) * 255) / 2;
}

/** Where the light of a picture of `width` columns is centred. */
function centreOfMass(width: number, height: number, light: (x: number, y: number) => number): [x: number, y: number] {
  let [sum, sx, sy] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const weight = light(x, y);
      sum += weight;
      sx += weight * (x + 0.5);
      sy += weight * (y + 0.5);
    }
  }
  return [sx / sum, sy / sum];
}

describe('the sampler', () => {
  it('copies at scale 1, channels and rows in order', () => {
    const data = Uint8Array.from({ length: 4 * 4 * 3 }, (_, i) => i * 5);
    const input = sampled(4, frameOf(data, 4, 4), { x: 0, y: 0, side: 4 });
    for (let i = 0; i < data.length; i++) expect(input[i]).toBeCloseTo(((data[i] as number) / 255) * 2 - 1, 5);
  });

  it('averages areas when it shrinks, fractions of pixels included', () => {
    const frame = painted(6, 6, (x) => x * 40);
    const thirds = sampled(2, frame, { x: 0, y: 0, side: 6 });
    expect(byte(thirds, 0, 0)).toBeCloseTo(40, 3);
    expect(byte(thirds, 1, 1)).toBeCloseTo(160, 3);
    const odd = sampled(2, frame, { x: 0.5, y: 1, side: 3 });
    expect(byte(odd, 0, 0)).toBeCloseTo((0.5 * 0 + 40) / 1.5, 3);
    expect(byte(odd, 1, 0)).toBeCloseTo((80 + 0.5 * 120) / 1.5, 3);
  });

  it('interpolates when it grows', () => {
    const frame = painted(4, 4, (x) => x * 60);
    // Centres of the output pixels are at 1.125, 1.375 …, of the frame's at 0.5, 1.5 …
    const input = sampled(8, frame, { x: 1, y: 1, side: 2 });
    expect(byte(input, 0, 3)).toBeCloseTo((1.125 - 0.5) * 60, 2);
    expect(byte(input, 4, 3)).toBeCloseTo((2.125 - 0.5) * 60, 2);
  });

  it('is black beyond the frame, on every side', () => {
    const white = painted(10, 4, () => 255);
    const input = sampled(10, white, wholeFrame(white));
    for (let y = 0; y < 10; y++) expect(byte(input, 5, y)).toBeCloseTo(y >= 3 && y < 7 ? 255 : 0, 3);
    for (const away of [{ x: 100 }, { x: -100 }, { y: 50 }, { y: -50 }]) {
      expect(sampled(4, white, { x: 0, y: 0, side: 8, ...away }).every((value) => value === -1)).toBe(true);
    }
  });

  it('shows a spot at its place at every scale', () => {
    const size = 32;
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 600 }),
        fc.integer({ min: 60, max: 300 }),
        fc.double({ min: 0.3, max: 0.7, noNaN: true }),
        fc.double({ min: 0.3, max: 0.7, noNaN: true }),
        fc.double({ min: 1, max: 2, noNaN: true }),
        (width, height, u, v, zoom) => {
          const spread = Math.max(width, height) / 20;
          const frame = painted(width, height, (x, y) =>
            Math.round(255 * Math.exp(-((x + 0.5 - u * width) ** 2 + (y + 0.5 - v * height) ** 2) / (2 * spread ** 2))),
          );
          const region = wholeFrame(frame, zoom);
          const input = sampled(size, frame, region);
          const [x, y] = centreOfMass(size, size, (x, y) => byte(input, x, y));
          const [trueX, trueY] = centreOfMass(width, height, (x, y) => frame.data[(y * width + x) * 3] as number);
          const scale = region.side / size;
          expect(Math.abs(region.x + x * scale - trueX)).toBeLessThan(0.15 * scale);
          expect(Math.abs(region.y + y * scale - trueY)).toBeLessThan(0.15 * scale);
        },
      ),
      { seed: 7, numRuns: 50 },
    );
  });

  it('stays between black and white for any region of any frame', () => {
    const coordinate = fc.double({ min: -200, max: 200, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        fc.record({ x: coordinate, y: coordinate, side: fc.double({ min: 0.01, max: 1000, noNaN: true }) }),
        (width, height, region) => {
          const input = sampled(
            8,
            painted(width, height, () => 255),
            region,
          );
          expect(input.every((value) => value >= -1 && value <= 1.0001)).toBe(true);
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  });

  it('reads only some pixels of a huge frame, in the right places', () => {
    const frame = painted(3000, 2000, (x) => (x < 1500 ? 0 : 250));
    const input = sampled(16, frame, wholeFrame(frame));
    const row = [6, 7, 8, 9].map((x) => byte(input, x, 8));
    // The edge at 1500 falls inside one of the cells of 46 pixels that are read at their middle.
    for (const [i, shade] of [0, 0, 250, 250].entries()) expect(Math.abs((row[i] as number) - shade)).toBeLessThan(25);
  });
});
