import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  forgetGrids,
  gridsOf,
  MOST_GRIDS,
  superfluous,
  writeGrid,
  writeInputs,
} from '../../../src/runs/sample-grids/grid-files.js';
import { temporaryFolder } from '../small-checkpoint.js';

let run: string;
beforeEach(async () => {
  run = await temporaryFolder('samples');
});
afterEach(() => rm(run, { recursive: true }));

const png = new Uint8Array([1, 2, 3]);
const steps = async () => (await gridsOf(run)).map(({ step }) => step);

describe('the grids of a run', () => {
  it('come in the order of steps, apart from other files, and those of later steps are forgotten', async () => {
    expect(await steps()).toEqual([]);
    await forgetGrids(run, 0);
    await writeInputs(run, png);
    for (const step of [100, 0, 123_456_789, 50]) await writeGrid(run, step, png);
    await writeFile(join(run, 'samples', 'step-12.png'), '');
    await writeFile(join(run, 'samples', 'step-00000060.irf'), '');
    expect(await steps()).toEqual([0, 50, 100, 123_456_789]);
    await forgetGrids(run, 50);
    expect(await steps()).toEqual([0, 50]);
    expect(await readdir(join(run, 'samples'))).toContain('inputs.png');
  });

  it('leave nothing of a process that was killed while it wrote one', async () => {
    await mkdir(join(run, 'samples'));
    await writeFile(join(run, 'samples', 'step-00000050.png.tmp'), 'half');
    await writeGrid(run, 100, png);
    expect(await readdir(join(run, 'samples'))).toEqual(['step-00000100.png']);
  });

  it('say what is in the way where one cannot be written', async () => {
    await writeFile(join(run, 'samples'), 'in the way');
    const message = expect.stringMatching(/could not write .*step-00000050\.png.*Training goes on/);
    await expect(writeGrid(run, 50, png)).rejects.toMatchObject({ code: 'SINK', message });
  });
});

describe('superfluous', () => {
  it('leaves as many as are wanted, evenly spread at every time, the first and the last among them', () => {
    expect(superfluous([0, 50, 100], 3)).toEqual([]);
    expect(superfluous([0, 50], 1)).toEqual([]);
    let kept: number[] = [];
    for (let step = 0; step <= 100_000; step += 50) {
      kept.push(step);
      const gone = new Set(superfluous(kept, MOST_GRIDS));
      kept = kept.filter((one) => !gone.has(one));
      expect([kept[0], kept.at(-1)]).toEqual([0, step]);
    }
    expect(kept).toHaveLength(MOST_GRIDS);
    const gaps = kept.slice(1).map((step, i) => step - (kept[i] as number));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1000);
  });
});
