import type * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { enlarged, shrunk } from '../../../src/models/networks/bicubic.js';
import { run, tensorOf } from '../run.js';

/** One row of grey pixels in each of 3 channels, at three levels. */
const ROW = [0.1, 0.5, -0.2, 0.3, 0, 0.4];

async function enlargedRow(row: readonly number[], scale: number, rows = 3): Promise<number[]> {
  const x = tensorOf([1, rows, row.length, 1], new Array(rows).fill(row).flat());
  const { y } = await run(({ x: input }) => ({ y: enlarged(input as tf.Tensor4D, scale) }), { x });
  const wide = row.length * scale;
  return (y as number[]).slice(wide, 2 * wide);
}

describe('bicubic enlargement', () => {
  it("has Keys's weights, a = −½, at half-pixel centres", async () => {
    const y = await enlargedRow(ROW, 2);
    const before = -0.0703125 * 0.1 + 0.8671875 * 0.5 + 0.2265625 * -0.2 - 0.0234375 * 0.3;
    // The pixel after the centre of the second one: a quarter of a pixel from it.
    expect(y[3]).toBeCloseTo(before, 6);
    expect(y[2]).toBeCloseTo(-0.0703125 * -0.2 + 0.8671875 * 0.5 + 0.2265625 * 0.1 - 0.0234375 * 0.1, 6);
  });

  it.each([2, 4])('×%i keeps what is even, and slopes away from the borders', async (scale) => {
    for (const value of await enlargedRow([0.3, 0.3, 0.3], scale)) expect(value).toBeCloseTo(0.3, 6);
    const slope = await enlargedRow([-0.5, -0.3, -0.1, 0.1, 0.3, 0.5], scale);
    for (let i = 2 * scale; i < 4 * scale; i++) expect(slope[i]).toBeCloseTo(-0.5 + 0.2 * ((i + 0.5) / scale - 0.5), 6);
  });

  it('keeps channels and pictures apart, and rows and columns in place', async () => {
    const spot = (channel: number, at: number) =>
      tensorOf(
        [2, 3, 4, 3],
        Float32Array.from({ length: 72 }, (_, i) => (i === 36 + at * 3 + channel ? 0.5 : 0)),
      );
    // A light spot in the second picture, row 1 of 3, column 2 of 4.
    const { y = [] } = await run(({ x }) => ({ y: enlarged(x as tf.Tensor4D, 2) }), { x: spot(1, 6) });
    expect(y.slice(0, 6 * 8 * 3).every((value) => value === 0)).toBe(true);
    const brightest = Math.max(...y);
    const places = y.flatMap((value, i) => (value === brightest ? [i - 6 * 8 * 3] : []));
    expect(places.map((i) => [Math.floor(i / 24), Math.floor(i / 3) % 8, i % 3])).toEqual([
      [2, 4, 1],
      [2, 5, 1],
      [3, 4, 1],
      [3, 5, 1],
    ]);
    expect(y.every((value, i) => i % 3 === 1 || value === 0)).toBe(true);
  });

  it('stays within the range', async () => {
    const y = await enlargedRow([-1, -1, 1, 1, -1, -1], 4);
    expect([Math.min(...y), Math.max(...y)]).toEqual([-1, 1]);
  });
});

it('shrinks to the means of squares, as bytes', async () => {
  const bytes = [0, 1, 255, 254, 2, 2, 255, 255];
  const x = tensorOf(
    [1, 2, 4, 1],
    bytes.map((byte) => byte / 127.5 - 1),
  );
  const { y } = await run(({ x: input }) => ({ y: shrunk(input as tf.Tensor4D, 2) }), { x });
  expect((y as number[]).map((value) => Math.round((value + 1) * 127.5 * 1000) / 1000)).toEqual([1, 255]);
});
