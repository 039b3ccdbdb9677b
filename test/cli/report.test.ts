import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eyePictures } from '../pictures.js';
import { run, start } from './run-cli.js';

let folder: string;
let real: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-report-'));
  real = await eyePictures(join(folder, 'real'), 20, 24, 1);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const gan = (dir: string) => {
  const small = ['--size', '24', '--set', 'units=8', '--set', 'batch=4'];
  return [
    'train',
    '--recipe',
    'gan',
    '--real',
    real,
    '--crop',
    'none',
    ...small,
    '--run',
    dir,
    '--checkpoint-every',
    '2',
  ];
};
const pages = async (dir: string) => (await sharp(join(dir, 'progress.gif'), { animated: true }).metadata()).pages;

describe('the pictures of a run', () => {
  it('are written at the steps of checkpoints, at the end, and again by the command', async () => {
    const dir = join(folder, 'run');
    const { code, stderr } = await run([...gan(dir), '--steps', '5'], folder);
    expect(code).toBe(0);
    expect(stderr).toMatch(/5\/5 steps · [\d.]+\/s · 0s left/);
    const grids = ['00000000', '00000002', '00000004', '00000005'].map((step) => `step-${step}.png`);
    expect(readdirSync(join(dir, 'samples')).sort()).toEqual(grids);
    expect(await pages(dir)).toBe(4);
    for (const file of ['progress.gif', 'losses.png']) rmSync(join(dir, file));

    rmSync(join(dir, 'samples', 'step-00000002.png'));
    const json = await run(['report', '--run', dir, '--json'], folder);
    const files = { losses: join(dir, 'losses.png'), progress: join(dir, 'progress.gif') };
    expect(JSON.parse(json.stdout)).toEqual({ event: 'report', run: dir, step: 5, ...files });
    expect(await pages(dir)).toBe(3);
    expect(statSync(files.losses).size).toBeGreaterThan(5000);

    rmSync(join(dir, 'samples'), { recursive: true });
    const text = await run(['report', '--run', dir], folder);
    expect(text.stdout).toBe(
      `step 5\n${files.losses}\nno progress.gif was written, because ${dir}/samples has no pictures of the training\n`,
    );
  });

  it('are written when training is interrupted', async () => {
    const dir = join(folder, 'interrupted');
    const running = start([...gan(dir), '--json'], folder);
    await running.line(({ step }) => step === 3);
    running.child.kill('SIGINT');
    expect((await running.outcome).code).toBe(130);
    expect(await pages(dir)).toBeGreaterThanOrEqual(3);
  });

  it('are refused in one line where there is no run or an empty one', async () => {
    mkdirSync(join(folder, 'empty'));
    for (const [dir, message] of [
      ['nowhere', 'irisflow: there is no run folder nowhere\n'],
      ['empty', 'irisflow: empty has no metrics to report: no step was made in it yet\n'],
    ] as const) {
      expect(await run(['report', '--run', dir], folder)).toEqual({ code: 2, stdout: '', stderr: message });
    }
  });
});
