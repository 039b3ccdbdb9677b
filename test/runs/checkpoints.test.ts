import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepBest } from '../../src/runs/best-version.js';
import { loadCheckpoint, saveCheckpoint } from '../../src/runs/checkpoint.js';
import { listCheckpoints } from '../../src/runs/checkpoint-list.js';
import { restoreCheckpoint } from '../../src/runs/checkpoint-restore.js';
import { RunFolder } from '../../src/runs/run-folder.js';
import { keepVersion, leaveLater, versionFile } from '../../src/runs/versions.js';
import { checkpointAt, temporaryFolder } from './small-checkpoint.js';

let run: string;
beforeEach(async () => {
  run = await temporaryFolder('checkpoints');
});
afterEach(() => rm(run, { recursive: true }));

async function trainTo(...steps: readonly number[]): Promise<void> {
  for (const step of steps) {
    await saveCheckpoint(run, checkpointAt(step));
    await keepVersion(run, step, { count: 5, every: 100 });
  }
}

/** File, step and marks of each version. */
async function list(): Promise<string[]> {
  return (await listCheckpoints(run)).map(({ file, step, current, best, score, later, damage }) =>
    [file, step, current && 'current', best && 'best', score, later && 'later', damage && 'damaged']
      .filter((word) => word !== false && word !== null)
      .join(' '),
  );
}

describe('listCheckpoints', () => {
  it('lists what there is by step, with size and time', async () => {
    await trainTo(100, 200, 250);
    await keepBest(run, { step: 200, score: 0.6 });
    expect(await list()).toEqual([
      'checkpoints/step-00000100.irf 100',
      'checkpoints/step-00000200.irf 200 best 0.6',
      'checkpoints/best.irf 200 best 0.6',
      'checkpoint.irf 250 current',
    ]);
    for (const { bytes, saved } of await listCheckpoints(run)) {
      expect(bytes).toBeGreaterThan(100);
      expect(Math.abs(Date.parse(saved) - Date.now())).toBeLessThan(600_000);
    }
  });

  it('names damaged ones as such', async () => {
    await trainTo(100, 200);
    await truncate(versionFile(run, 100), 60);
    await copyFile(versionFile(run, 200), versionFile(run, 300));
    await expect(restoreCheckpoint(run, 300)).rejects.toMatchObject({ code: 'INPUT' });
    await mkdir(versionFile(run, 400));
    expect(await list()).toEqual([
      'checkpoints/step-00000100.irf 100 damaged',
      'checkpoints/step-00000200.irf 200 current',
      'checkpoint.irf 200 current',
      'checkpoints/step-00000300.irf 300 later damaged',
      'checkpoints/step-00000400.irf 400 later damaged',
    ]);
  });

  it('lists nothing in an empty folder, and refuses a missing one', async () => {
    expect(await listCheckpoints(run)).toEqual([]);
    await expect(listCheckpoints(join(run, 'none'))).rejects.toMatchObject({ code: 'INPUT' });
  });
});

describe('restoreCheckpoint', () => {
  it('goes back to a step, keeps what was current, and can be undone', async () => {
    await trainTo(100, 200, 250);
    expect(await restoreCheckpoint(run, 100)).toEqual({ step: 100, kept: 'checkpoints/step-00000250.irf' });
    expect(await loadCheckpoint(run)).toEqual(checkpointAt(100));
    expect(await list()).toEqual([
      'checkpoints/step-00000100.irf 100 current',
      'checkpoint.irf 100 current',
      'checkpoints/step-00000200.irf 200 later',
      'checkpoints/step-00000250.irf 250 later',
    ]);
    expect(await restoreCheckpoint(run, 250)).toEqual({ step: 250, kept: 'checkpoints/step-00000100.irf' });
    expect(await loadCheckpoint(run)).toEqual(checkpointAt(250));
    expect(await restoreCheckpoint(run, 250)).toEqual({ step: 250, kept: null });
    expect(await readdir(run)).toEqual(['checkpoint.irf', 'checkpoints']);
  });

  it('leaves one branch in the list when training goes on', async () => {
    await trainTo(100, 200, 250);
    await restoreCheckpoint(run, 100);
    await leaveLater(run, 100, { count: 5 });
    await trainTo(150, 210);
    expect(await list()).toEqual([
      'checkpoints/step-00000100.irf 100',
      'checkpoints/step-00000210.irf 210 current',
      'checkpoint.irf 210 current',
    ]);
  });

  it('goes back to the best one, also where it is no version any more', async () => {
    await trainTo(100);
    await keepBest(run, { step: 50, score: 0.55, checkpoint: checkpointAt(50) });
    await restoreCheckpoint(run, 'best');
    expect(await loadCheckpoint(run)).toEqual(checkpointAt(50));
    await restoreCheckpoint(run, 100);
    await restoreCheckpoint(run, 50);
    expect(await loadCheckpoint(run)).toEqual(checkpointAt(50));
  });

  it('says what there is where the version is not', async () => {
    await trainTo(100, 200);
    await keepBest(run, { step: 100, score: 0.6 });
    await expect(restoreCheckpoint(run, 150)).rejects.toMatchObject({
      code: 'INPUT',
      message: `${run} has no version of step 150; there are the steps 100 (best), 200`,
    });
    await rm(join(run, 'checkpoints'), { recursive: true });
    await expect(restoreCheckpoint(run, 'best')).rejects.toThrow(
      /no version that evaluation found best; there are the steps 200/,
    );
    await expect(restoreCheckpoint(join(run, 'none'), 1)).rejects.toMatchObject({ code: 'INPUT' });
    expect(await loadCheckpoint(run)).toEqual(checkpointAt(200));
  });

  it('refuses a damaged version, and replaces a damaged checkpoint', async () => {
    await trainTo(100, 200);
    await truncate(versionFile(run, 100), 60);
    await expect(restoreCheckpoint(run, 100)).rejects.toMatchObject({
      code: 'CHECKPOINT',
      message: expect.stringMatching(/step-00000100\.irf.*checksum.*there are the steps 200/),
    });
    await writeFile(join(run, 'checkpoint.irf'), 'bit rot');
    expect(await restoreCheckpoint(run, 200)).toEqual({ step: 200, kept: 'checkpoints/damaged.irf' });
    expect(await loadCheckpoint(run)).toEqual(checkpointAt(200));
    expect(await readFile(join(run, 'checkpoints', 'damaged.irf'), 'utf8')).toBe('bit rot');
  });

  it('leaves everything as it is where the folder is in use, or cannot be written', async () => {
    await trainTo(100, 250);
    const own = RunFolder.open(run);
    await expect(restoreCheckpoint(run, 100)).rejects.toThrow(`in use by process ${process.pid}`);
    own.close();
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await writeFile(join(run, 'lock'), String(other.pid));
    await expect(restoreCheckpoint(run, 100)).rejects.toMatchObject({ code: 'INPUT' });
    other.kill('SIGKILL');
    await once(other, 'close');
    await mkdir(join(run, 'checkpoint.irf.tmp'));
    await expect(restoreCheckpoint(run, 100)).rejects.toMatchObject({
      code: 'CHECKPOINT',
      message: expect.stringContaining('The checkpoint before it is intact'),
    });
    expect(await loadCheckpoint(run)).toEqual(checkpointAt(250));
    await rm(join(run, 'checkpoint.irf.tmp'), { recursive: true });
    expect((await restoreCheckpoint(run, 100)).step).toBe(100);
  });
});
