import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepBest } from '../../src/runs/best-version.js';
import { loadCheckpoint, saveCheckpoint } from '../../src/runs/checkpoint.js';
import { keepVersion, versionFile } from '../../src/runs/versions.js';
import { checkpointAt, temporaryFolder } from '../runs/small-checkpoint.js';
import { run as cli } from './run-cli.js';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder('cli-checkpoints');
  const run = join(folder, 'run');
  for (const step of [250, 500, 612]) {
    await saveCheckpoint(run, checkpointAt(step));
    await keepVersion(run, step, { count: 5, every: 250 });
  }
  await keepBest(run, { step: 250, score: 0.59 });
});
afterEach(() => rm(folder, { recursive: true }));

const checkpoints = (...args: string[]) => cli(['checkpoints', '--run', 'run', ...args], folder);

describe('irisflow checkpoints', () => {
  it('lists versions, and restores one', async () => {
    await truncate(versionFile(join(folder, 'run'), 500), 99);
    const { code, stdout } = await checkpoints();
    expect(code).toBe(0);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, 'TIME'));
    expect(lines).toEqual([
      'step  saved (UTC)          size  file',
      ' 250  TIME  1 kB  checkpoints/step-00000250.irf  best, score 0.5900',
      ' 250  TIME  1 kB  checkpoints/best.irf  best, score 0.5900',
      expect.stringMatching(/^ 500 .* checkpoints\/step-00000500\.irf {2}DAMAGED: .*checksum/),
      ' 612  TIME  1 kB  checkpoint.irf  current',
    ]);
    const restored = await checkpoints('--restore', 'best', '--json');
    expect(JSON.parse(restored.stdout)).toEqual({
      event: 'restored',
      run: 'run',
      step: 250,
      kept: 'checkpoints/step-00000612.irf',
    });
    expect((await checkpoints('--restore', '612')).stdout).toBe(
      'run is at step 612; the previous checkpoint is kept in checkpoints/step-00000250.irf\n',
    );
    const { versions } = JSON.parse((await checkpoints('--json')).stdout);
    expect(
      versions.filter(({ current }: { current: boolean }) => current).map(({ step }: { step: number }) => step),
    ).toEqual([612, 612]);
  });

  it('reports wrong use in one line with exit code 2', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const refused = [
      [await checkpoints('--restore', '499'), /no version of step 499; there are the steps 250 \(best\), 500, 612/],
      [await checkpoints('--restore', 'last'), /give the step of a version in the list, or best/],
      [await cli(['checkpoints', '--run', 'none'], folder), /there is no run folder none/],
      [await cli(['checkpoints'], folder), /--run/],
    ] as const;
    await writeFile(join(folder, 'run', 'lock'), String(other.pid));
    const busy = await checkpoints('--restore', '250');
    other.kill('SIGKILL');
    await once(other, 'close');
    for (const [{ code, stdout, stderr }, message] of [...refused, [busy, /in use by process \d+: stop it/] as const]) {
      expect(stderr).toMatch(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect([code, stdout]).toEqual([2, '']);
    }
    expect((await loadCheckpoint(join(folder, 'run')))?.step).toBe(612);
  });
});
