import { describe, expect, it } from 'vitest';
import { fromBytes, toBytes } from '../../src/engine/pixels.js';

const ALL = Uint8Array.from({ length: 256 }, (_, i) => i);

describe('pixels', () => {
  it('spans exactly the range of tanh, so that self-regularisation is not biased', () => {
    const values = fromBytes(ALL);
    expect(values[0]).toBe(-1);
    expect(values[255]).toBe(1);
    expect(values.reduce((a, b) => a + b)).toBeCloseTo(0, 4);
  });

  it('converts every byte back exactly', () => expect(toBytes(fromBytes(ALL))).toEqual(ALL));

  it('rounds to the nearest byte and clamps', () => {
    expect([...toBytes([-2, -1, -0.9999, 0.9999, 1, 7, Number.POSITIVE_INFINITY])]).toEqual([
      0, 0, 0, 255, 255, 255, 255,
    ]);
    expect([...toBytes([0.4 / 127.5, 0.6 / 127.5])]).toEqual([128, 128]);
    expect([...toBytes([-0.6 / 127.5, 1.1 / 127.5])]).toEqual([127, 129]);
  });

  it('fills a given array', () => {
    const target = new Float32Array(3);
    expect(fromBytes(Uint8Array.of(0, 255, 0), target)).toBe(target);
    expect([...target]).toEqual([-1, 1, -1]);
  });
});
