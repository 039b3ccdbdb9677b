import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { columnsOf, gridPng, rowsOfPng } from '../../../src/runs/sample-grids/grid.js';

const size = { width: 3, height: 2 };
const row = (first: number) => Uint8Array.from({ length: 2 * 18 }, (_, i) => first + i);

describe('a grid', () => {
  it('has its pictures side by side, rows from the top, enlarged until something can be seen', async () => {
    const png = await gridPng([row(0), row(100)], size);
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    const scale = 19;
    expect([info.width, info.height, info.channels]).toEqual([2 * 3 * scale + 2, 2 * 2 * scale + 2, 3]);
    const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
    // Second row, second picture, its pixel (1, 1): the first and the last of the block.
    const [left, top] = [3 * scale + 2 + scale, 2 * scale + 2 + scale];
    const expected = [...row(100).subarray(18 + 12, 18 + 15)];
    expect([at(left, top), at(left + scale - 1, top + scale - 1)]).toEqual([expected, expected]);
    expect(at(left - scale - 1, top)).toEqual([32, 32, 32]);
  });

  it('without gap and scale is read back as it was', async () => {
    const rows = [row(7), row(200)];
    expect(await rowsOfPng(await gridPng(rows, size, { gap: 0, enlarge: false }), size)).toEqual(rows);
    expect(await rowsOfPng(await gridPng(rows, size, { gap: 1, enlarge: false }), size)).toBeUndefined();
  });

  it('has fewer pictures where these are large', () => {
    expect([28, 64, 128, 224, 512, 1024].map(columnsOf)).toEqual([8, 8, 8, 4, 2, 2]);
  });
});
