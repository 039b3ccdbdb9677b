import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Affine } from '../../src/frame.js';
import { fromRotationScale, IDENTITY } from '../../src/geometry/affine.js';
import { type Border, type Picture, warp } from '../../src/geometry/warp.js';
import { randomAt } from '../../src/random.js';

function noise(width: number, height: number, seed = 1): Picture {
  const random = randomAt(seed);
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => random.integer(256)) };
}

/** The definition, slowly: the mean of `across × down` bilinear readings. */
function slowWarp(source: Picture, m: Affine, width: number, height: number, border: Border): number[] {
  const places = (scale: number) => (scale > 1.6 ? Math.min(8, Math.ceil(scale / 1.6)) : 1);
  const across = places(Math.hypot(m[0], m[3]));
  const down = places(Math.hypot(m[1], m[4]));
  const index = (i: number, size: number) => {
    if (border === 'clamp') return Math.min(size - 1, Math.max(0, i));
    let at = i;
    while (at < 0 || at >= size) at = at < 0 ? -1 - at : 2 * size - 1 - at;
    return at;
  };
  const pixel = (x: number, y: number, channel: number) =>
    source.data[(index(y, source.height) * source.width + index(x, source.width)) * 3 + channel] as number;
  const out: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let j = 0; j < down; j++) {
          for (let i = 0; i < across; i++) {
            const px = x + (i + 0.5) / across;
            const py = y + (j + 0.5) / down;
            const u = m[0] * px + m[1] * py + m[2] - 0.5;
            const v = m[3] * px + m[4] * py + m[5] - 0.5;
            const [x0, y0] = [Math.floor(u), Math.floor(v)];
            const top = pixel(x0, y0, channel) * (1 - u + x0) + pixel(x0 + 1, y0, channel) * (u - x0);
            const bottom = pixel(x0, y0 + 1, channel) * (1 - u + x0) + pixel(x0 + 1, y0 + 1, channel) * (u - x0);
            sum += top * (1 - v + y0) + bottom * (v - y0);
          }
        }
        out.push(sum / (across * down));
      }
    }
  }
  return out;
}

describe('warp', () => {
  it('is exact where no interpolation is needed', () => {
    const source = noise(9, 7);
    expect(warp(source, IDENTITY, 9, 7)).toEqual(source.data);
    const shifted = warp(source, [1, 0, 2, 0, 1, 3], 4, 3);
    for (let y = 0; y < 3; y++) {
      for (let x = 0; x < 4; x++) {
        const at = ((y + 3) * 9 + x + 2) * 3;
        expect(shifted.subarray((y * 4 + x) * 3, (y * 4 + x) * 3 + 3)).toEqual(source.data.subarray(at, at + 3));
      }
    }
  });

  it('is the mean of bilinear samples for any map and border', () => {
    const source = noise(13, 11);
    const amount = fc.double({ min: -4, max: 4, noNaN: true });
    const shift = fc.double({ min: -40, max: 40, noNaN: true });
    fc.assert(
      fc.property(
        fc.tuple(amount, amount, shift, amount, amount, shift),
        fc.constantFrom<Border>('reflect', 'clamp'),
        (map, border) => {
          const quick = warp(source, map, 6, 5, border);
          const slow = slowWarp(source, map, 6, 5, border);
          const apart = slow.map((value, i) => Math.abs(value - (quick[i] as number)));
          expect(Math.max(...apart)).toBeLessThanOrEqual(1.2);
        },
      ),
      { numRuns: 200, seed: 3 },
    );
  });

  it('keeps a flat picture flat at any scale', () => {
    const grey = { width: 20, height: 10, data: new Uint8Array(600).fill(77) };
    for (const scale of [0.1, 0.9, 1.7, 5, 40]) {
      const picture = warp(grey, fromRotationScale(0.7, scale, [8, 8], [10, 5]), 16, 16);
      expect(new Set(picture)).toEqual(new Set([77]));
    }
  });

  it('does not skip thin lines when it shrinks', () => {
    const data = new Uint8Array(64 * 64 * 3);
    for (let i = 0; i < 64 * 64; i++) if (i % 4 === 0) data.fill(255, i * 3, i * 3 + 3);
    const small = warp({ data, width: 64, height: 64 }, fromRotationScale(0, 4, [0, 0], [0, 0]), 16, 16);
    for (const value of small) expect(Math.abs(value - 63.75)).toBeLessThan(25);
  });

  it('reads a picture of one pixel, and survives a map that is not a number', () => {
    const one = { width: 1, height: 1, data: Uint8Array.of(1, 2, 3) };
    expect([...warp(one, [3, 1, -9, 0, 2, 5], 2, 1)]).toEqual([1, 2, 3, 1, 2, 3]);
    expect(warp(one, [Number.NaN, 0, 0, 0, 1, 0], 2, 2)).toHaveLength(12);
    expect(warp(one, [Number.POSITIVE_INFINITY, 0, 0, 0, 1, 0], 2, 2)).toHaveLength(12);
  });

  it('writes to the given array', () => {
    const source = noise(4, 4);
    const packed = new Uint8Array(3 * 48);
    warp(source, IDENTITY, 4, 4, 'reflect', packed.subarray(48, 96));
    expect(packed.subarray(48, 96)).toEqual(source.data);
    expect(packed.subarray(0, 48).every((byte) => byte === 0)).toBe(true);
  });
});
