import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FINE, progressGif, QUICK, spread } from '../../../src/runs/progress/progress-gif.js';
import { gridPng } from '../../../src/runs/sample-grids/grid.js';
import { temporaryFolder } from '../small-checkpoint.js';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder('gif');
});
afterEach(() => rm(folder, { recursive: true }));

/** A grid of two pictures of one brightness. */
async function grid(step: number, brightness: number, side = 64) {
  const path = join(folder, `${step}.png`);
  await writeFile(
    path,
    await gridPng([new Uint8Array(2 * side * side * 3).fill(brightness)], { width: side, height: side }),
  );
  return { step, path };
}

describe('progressGif', () => {
  it('shows the grids in their order, the last one longest', async () => {
    const gif = await progressGif([await grid(0, 20), await grid(50, 120), await grid(75, 250)], FINE);
    const { pages, width, pageHeight, delay, loop } = await sharp(gif, { animated: true }).metadata();
    expect({ pages, width, pageHeight, delay, loop }).toEqual({
      pages: 3,
      width: 130,
      pageHeight: 86,
      delay: [120, 120, 2000],
      loop: 0,
    });
    for (const [page, brightness] of [20, 120, 250].entries()) {
      const data = await sharp(gif, { page }).removeAlpha().raw().toBuffer();
      expect(Math.abs((data[(10 * 130 + 10) * 3] as number) - brightness)).toBeLessThan(3);
      // The bar below: as far as the step.
      const bar = [0, 64, 129].map((x) => (data[(65 * 130 + x) * 3 + 2] as number) > 150);
      expect(bar).toEqual([page > 0, page > 0, page === 2]);
    }
  });

  it('leaves out what cannot be read or is of another size, and is none where nothing is left', async () => {
    const damaged = { step: 60, path: join(folder, 'damaged.png') };
    await writeFile(damaged.path, 'no picture');
    const grids = [
      await grid(0, 20),
      await grid(10, 20, 72),
      await grid(50, 120),
      damaged,
      { step: 70, path: 'nowhere' },
    ];
    expect((await sharp(await progressGif(grids, QUICK), { animated: true }).metadata()).pages).toBe(2);
    expect((await sharp(await progressGif([await grid(0, 20)], QUICK)).metadata()).width).toBe(130);
    expect(await progressGif([damaged], QUICK)).toBeUndefined();
    expect(await progressGif([], QUICK)).toBeUndefined();
  });

  it('has fewer and smaller frames of many large grids', async () => {
    const grids = [];
    for (let step = 0; step < 30; step++) grids.push({ ...(await grid(0, 100, 128)), step });
    const { pages, width, pageHeight } = await sharp(await progressGif(grids, 2e5), { animated: true }).metadata();
    expect(pages).toBe(24);
    expect([width, pageHeight]).toEqual([130, 64 + 22]);
  });
});

describe('spread', () => {
  it('takes the first, the last, and others evenly', () => {
    const all = Array.from({ length: 200 }, (_, i) => i);
    expect(spread(all, 5)).toEqual([0, 50, 100, 149, 199]);
    expect(spread(all, 200)).toEqual(all);
    expect(spread([], 10)).toEqual([]);
  });
});
