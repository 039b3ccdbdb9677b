import { existsSync, statSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportAtEnd, reportRun } from '../../src/runs/report-run.js';
import { gridPng } from '../../src/runs/sample-grids/grid.js';
import { writeGrid } from '../../src/runs/sample-grids/grid-files.js';
import { temporaryFolder } from './small-checkpoint.js';

let run: string;
beforeEach(async () => {
  run = await temporaryFolder('report');
});
afterEach(() => rm(run, { recursive: true }));

const line = (step: number) =>
  `${JSON.stringify({ step, losses: { generator: 1, discriminator: 2 / step }, accuracy: { real: 0.5, refined: 0.5 } })}\n`;

describe('reportRun', () => {
  it('draws the losses, and the pictures over training where there are some', async () => {
    await writeFile(join(run, 'metrics.jsonl'), line(1) + line(2));
    expect(await reportRun(run)).toEqual({ step: 2, losses: join(run, 'losses.png'), progress: null });
    const { width, height } = await sharp(join(run, 'losses.png')).metadata();
    expect([width, height]).toEqual([1120, 300]);
    const png = await gridPng([new Uint8Array(8 * 8 * 3)], { width: 8, height: 8 });
    for (const step of [0, 2]) await writeGrid(run, step, png);
    expect(await reportRun(run)).toMatchObject({ progress: join(run, 'progress.gif') });
    expect((await sharp(join(run, 'progress.gif'), { animated: true }).metadata()).pages).toBe(2);
  });

  it('says what is missing', async () => {
    const nowhere = join(run, 'nowhere');
    await expect(reportRun(nowhere)).rejects.toMatchObject({
      code: 'INPUT',
      message: `there is no run folder ${nowhere}`,
    });
    const message = `${run} has no metrics to report: no step was made in it yet`;
    await expect(reportRun(run)).rejects.toMatchObject({ code: 'INPUT', message });
    await writeFile(join(run, 'metrics.jsonl'), 'no JSON\n');
    await expect(reportRun(run)).rejects.toMatchObject({ code: 'INPUT', message });
    expect(existsSync(join(run, 'losses.png'))).toBe(false);
  });

  it('tells of what is in the way; at the end of a session that ends nothing', async () => {
    await writeFile(join(run, 'metrics.jsonl'), line(1));
    await mkdir(join(run, 'losses.png', 'in the way'), { recursive: true });
    await expect(reportRun(run)).rejects.toMatchObject({
      code: 'SINK',
      message: expect.stringContaining('losses.png'),
    });
    const told: string[] = [];
    await reportAtEnd(run, (message) => told.push(message));
    expect(told).toEqual([expect.stringMatching(/report was not made: could not write .*losses\.png/)]);
  });

  it('takes stretches of a very long run', async () => {
    const { MetricsFile } = await import('../../src/runs/metrics-file.js');
    const path = join(run, 'metrics.jsonl');
    await writeFile(path, Array.from({ length: 30_000 }, (_, i) => line(i + 1)).join(''));
    const steps: number[] = [];
    for await (const { step } of new MetricsFile(path).sampled(statSync(path).size / 4)) steps.push(step);
    expect([steps[0], steps.at(-1)]).toEqual([1, 30_000]);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    expect(steps.length).toBeGreaterThan(6000);
    expect(steps.length).toBeLessThan(8000);
    const gaps = steps.slice(1).map((step, i) => step - (steps[i] as number));
    expect(Math.max(...gaps)).toBeLessThan(400);
  });
});
