import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGazeExperiment } from '../../../src/evaluation/gaze-experiment/gaze-experiment.js';
import type { GazeExperimentOptions } from '../../../src/evaluation/gaze-experiment/options.js';
import type { Results } from '../../../src/evaluation/gaze-experiment/results-file.js';
import type { Cell } from '../../../src/evaluation/gaze-experiment/types.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-experiment-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tiny = (name: string): GazeExperimentOptions => ({
  output: join(folder, name),
  steps: 40,
  pictures: 100,
  gazeSteps: 20,
  seeds: 1,
  size: 32,
  classifiers: false,
  engine: 'onnx',
});
const saved = (name: string) => JSON.parse(readFileSync(join(folder, name, 'results.json'), 'utf8')) as Results;

async function ran(options: GazeExperimentOptions): Promise<Cell[]> {
  const work = await openGazeExperiment(options, 'the command');
  const cells: Cell[] = [];
  work.cells.subscribe((cell) => cells.push(cell));
  await work.done;
  return cells;
}

const timeless = ({ seconds: _, refiner, ...cell }: Cell) => ({
  ...cell,
  ...(refiner && { refiner: { ...refiner, seconds: 0 } }),
});

describe('the gaze experiment', () => {
  it('resumes after an interruption with the results of an uninterrupted run, and writes all files', async () => {
    const work = await openGazeExperiment(tiny('interrupted'), 'the command');
    const first: Cell[] = [];
    work.cells.subscribe((cell) => first.push(cell));
    work.progress.subscribe(({ what }) => {
      if (what.includes('refiner')) void work.stop();
    });
    await work.done;
    expect(first.map(({ variant }) => variant)).toEqual(['raw', 'real']);
    expect(saved('interrupted').cells).toEqual(first);

    const second = await ran(tiny('interrupted'));
    expect(second.map(({ variant }) => variant)).toEqual(['refined']);
    const { cells, plan } = saved('interrupted');
    expect(cells).toEqual([...first, ...second]);
    expect(plan).toMatchObject({ steps: 40, pictures: 100, gazeSteps: 20, size: 32, preset: 'live' });
    for (const { error, within7 } of cells) {
      expect(error).toBeGreaterThan(1);
      expect(error).toBeLessThan(40);
      expect(within7).toBeGreaterThanOrEqual(0);
    }
    const refined = cells.find(({ variant }) => variant === 'refined');
    expect(refined?.refiner).toMatchObject({ preset: 'live', steps: 40 });
    expect(refined?.refiner?.change).toBeGreaterThan(0);
    expect(refined?.whole).toBeUndefined();

    const files = ['results.md', 'gaze.svg', 'strip.png'].map((name) => join(folder, 'interrupted', name));
    expect(files.map((file) => existsSync(file))).toEqual([true, true, true]);
    expect(readFileSync(files[0] as string, 'utf8')).toMatch(/the command[\s\S]*refined renders/);
    expect((await sharp(files[2]).metadata()).height).toBeGreaterThan(3 * 32);

    // What is asked for later is added, and then nothing is left to do.
    const added = await ran({ ...tiny('interrupted'), ablations: ['camera'] });
    expect(added.map(({ variant }) => variant)).toEqual(['camera']);
    expect(added[0]).not.toHaveProperty('refiner');
    expect(added[0]?.error).not.toBe(cells[0]?.error);
    expect(readFileSync(files[0] as string, 'utf8')).toContain('photographed renders');
    expect(await ran({ ...tiny('interrupted'), ablations: ['camera'] })).toEqual([]);

    // A whole run finds the same numbers.
    const whole = await ran(tiny('whole'));
    expect(whole.map(timeless)).toEqual(cells.map(timeless));
  }, 120_000);

  it('runs two-sample tests of renders against real pictures', async () => {
    const work = await openGazeExperiment({ ...tiny('told'), gazeSteps: 1, classifiers: true }, '');
    const found: Cell[] = [];
    work.cells.subscribe((cell) => {
      found.push(cell);
      void work.stop();
    });
    await work.done;
    expect(found).toHaveLength(1);
    expect(found[0]?.whole?.accuracy).toBeGreaterThan(0.8);
    expect(found[0]?.patch?.accuracy).toBeGreaterThan(0.7);
    expect(found[0]?.patch?.interval[0]).toBeGreaterThan(0.5);
  }, 120_000);

  it('refuses a folder of other options, a damaged one, and wrong options', async () => {
    await expect(openGazeExperiment({ ...tiny('whole'), pictures: 200 }, '')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(openGazeExperiment({ ...tiny('new'), minutes: 3 }, '')).rejects.toThrow(/not both/);
    await expect(openGazeExperiment({ ...tiny('new'), preset: 'best' }, '')).rejects.toThrow(
      /live, paper, dcgan-autoencoder/,
    );
    await expect(openGazeExperiment({ ...tiny('new'), size: 40 }, '')).rejects.toThrow(/multiple of 16/);
    await expect(openGazeExperiment({ ...tiny('new'), pictures: 5 }, '')).rejects.toThrow(/pictures/);
    expect(existsSync(join(folder, 'new'))).toBe(false);
    writeFileSync(join(folder, 'whole', 'results.json'), '{"experiment":');
    await expect(openGazeExperiment(tiny('whole'), '')).rejects.toMatchObject({ code: 'INPUT' });
  });
});
