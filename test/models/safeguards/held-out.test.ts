import { describe, expect, it } from 'vitest';
import { measureHeldOut, spread, structureKept } from '../../../src/models/safeguards/held-out.js';
import { randomAt } from '../../../src/random.js';
import { meanDifference } from '../../../src/vision/mean-difference.js';

const [width, height, count] = [16, 12, 5];
const random = randomAt(3, 'held-out');
/** Pictures of blobs: brightness varies slowly, colours a little. */
const blobs = (seed: number) =>
  Float32Array.from({ length: count * width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3) % (width * height);
    const [x, y, k] = [pixel % width, Math.floor(pixel / width), Math.floor(i / (width * height * 3))];
    return 0.6 * Math.sin(x / 3 + k + seed) * Math.cos(y / 3 + 2 * k) + 0.05 * random.normal();
  });
const KEEPS = { keepsPicture: true, control: 'inputs' } as const;
const pair = (synthetic: Float32Array, refined: Float32Array) => ({ synthetic, refined, count, width, height });

describe('what refinement did', () => {
  const x = blobs(0);

  it('is nothing where the pictures are the same', () => {
    expect(measureHeldOut({ ...pair(x, x), real: blobs(1) }, KEEPS)).toEqual({
      change: 0,
      variety: 1,
      structure: expect.closeTo(1, 5),
      spread: { synthetic: expect.any(Number), real: expect.any(Number) },
    });
  });

  it('is a change of tone that keeps the structure', () => {
    const toned = x.map((value) => 0.5 * value + 0.3);
    expect(structureKept(pair(x, toned))).toBeGreaterThan(0.99);
    expect(meanDifference(x, toned)).toBeGreaterThan(0.2);
    expect(measureHeldOut({ ...pair(x, toned), real: x }, KEEPS).variety).toBeCloseTo(0.5, 5);
  });

  it('is a loss where every picture becomes the same one', () => {
    const size = width * height * 3;
    const same = Float32Array.from(x, (_, i) => x[i % size]!);
    const { variety, structure } = measureHeldOut({ ...pair(x, same), real: x }, KEEPS);
    expect(variety).toBeLessThan(1e-6);
    expect(structure).toBeLessThan(0.8);
  });

  it('is a loss of structure where light and dark change places', () => {
    expect(
      structureKept(
        pair(
          x,
          x.map((value) => -value),
        ),
      ),
    ).toBeCloseTo(-1, 4);
    expect(
      structureKept(
        pair(
          x,
          x.map(() => 0.1),
        ),
      ),
    ).toBe(0);
  });

  it('counts no picture without contrast', () => {
    const black = new Float32Array(x.length).fill(-1);
    expect(structureKept(pair(black, x))).toBe(1);
    expect(measureHeldOut({ ...pair(black, black), real: black }, KEEPS)).toEqual({
      change: 0,
      variety: 1,
      structure: 1,
      spread: { synthetic: 0, real: 0 },
    });
  });

  it('measures how far pictures lie from their mean', () => {
    expect(spread(Float32Array.of(0, 0, 1, 1), 2)).toBe(0.5);
    expect(spread(Float32Array.of(1, 2, 1, 2), 2)).toBe(0);
  });
});
