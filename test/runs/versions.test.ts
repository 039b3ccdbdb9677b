import { mkdir, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepBest } from '../../src/runs/best-version.js';
import { CHECKPOINT_FILE, loadCheckpoint, saveCheckpoint } from '../../src/runs/checkpoint.js';
import { readCheckpoint } from '../../src/runs/checkpoint-file.js';
import {
  keepVersion,
  leaveLater,
  leftFolder,
  newestWhole,
  stepsIn,
  versionFile,
  versionsFolder,
} from '../../src/runs/versions.js';
import { checkpointAt, temporaryFolder } from './small-checkpoint.js';

let run: string;
beforeEach(async () => {
  run = await temporaryFolder('versions');
});
afterEach(() => rm(run, { recursive: true }));

async function saveAndKeep(steps: readonly number[], keeping = { count: 3, every: 100 }): Promise<void> {
  for (const step of steps) {
    await saveCheckpoint(run, checkpointAt(step));
    await keepVersion(run, step, keeping);
  }
}

const versions = () => stepsIn(versionsFolder(run));

describe('keepVersion', () => {
  it('keeps the newest few, so many steps apart at least', async () => {
    await saveAndKeep([50, 100, 150, 199, 200, 250, 320, 400, 430, 540]);
    expect(await versions()).toEqual([320, 430, 540]);
    for (const step of [320, 430, 540]) {
      expect((await readCheckpoint(versionFile(run, step)))?.checkpoint).toEqual(checkpointAt(step));
    }
  });

  it('keeps none where none are wanted', async () => {
    await saveAndKeep([100, 200], { count: 0, every: 100 });
    expect(await readdir(run)).toEqual([CHECKPOINT_FILE]);
  });

  it('makes copies with the time of saving: what happens to the checkpoint does not happen to them', async () => {
    await saveCheckpoint(run, checkpointAt(100));
    await utimes(join(run, CHECKPOINT_FILE), 1000, 1000);
    await keepVersion(run, 100, { count: 3, every: 100 });
    await truncate(join(run, CHECKPOINT_FILE), 10);
    expect((await readCheckpoint(versionFile(run, 100)))?.checkpoint).toEqual(checkpointAt(100));
    expect((await stat(versionFile(run, 100))).mtimeMs).toBe(1_000_000);
  });

  it('lets go of versions that killed processes left over before it makes one more', async () => {
    await saveAndKeep([100, 200, 300, 400, 500], { count: 5, every: 100 });
    await rm(join(run, CHECKPOINT_FILE));
    await expect(keepVersion(run, 600, { count: 3, every: 100 })).rejects.toMatchObject({ code: 'CHECKPOINT' });
    expect(await versions()).toEqual([300, 400, 500]);
  });

  it('removes what a killed process left, and only that', async () => {
    await mkdir(versionsFolder(run));
    for (const name of ['step-00000050.irf.tmp', 'best.irf', 'notes.tmp'])
      await writeFile(join(versionsFolder(run), name), '');
    await saveAndKeep([100]);
    expect((await readdir(versionsFolder(run))).sort()).toEqual(['best.irf', 'notes.tmp', 'step-00000100.irf']);
  });

  it('says that it could not, and lets go of nothing', async () => {
    await saveAndKeep([100, 200, 300]);
    await saveCheckpoint(run, checkpointAt(400));
    // In the way of the copy.
    await mkdir(`${versionFile(run, 400)}.tmp`);
    await expect(keepVersion(run, 400, { count: 3, every: 100 })).rejects.toMatchObject({
      code: 'CHECKPOINT',
      message: expect.stringMatching(/could not keep a version of step 400 .*Training goes on/),
    });
    expect(await versions()).toEqual([100, 200, 300]);
  });
});

describe('leaveLater', () => {
  it('moves later versions out of the list, and keeps few of those', async () => {
    await saveAndKeep([100, 200, 300], { count: 9, every: 100 });
    await leaveLater(run, 100, { count: 9 });
    expect(await versions()).toEqual([100]);
    expect(await stepsIn(leftFolder(run))).toEqual([200, 300]);
    await saveAndKeep([250, 350], { count: 9, every: 100 });
    await leaveLater(run, 300, { count: 2 });
    expect(await versions()).toEqual([100, 250]);
    expect(await stepsIn(leftFolder(run))).toEqual([300, 350]);
  });

  it('does nothing where there is none', async () => {
    await leaveLater(run, 0, { count: 3 });
    expect(await readdir(run)).toEqual([]);
  });
});

describe('a damaged checkpoint', () => {
  const damage = (path: string) => truncate(path, 100);

  it('is told of with the version to go back to', async () => {
    await saveAndKeep([100, 200, 300]);
    await damage(join(run, CHECKPOINT_FILE));
    await damage(versionFile(run, 300));
    expect(await newestWhole(run)).toBe(200);
    await expect(loadCheckpoint(run)).rejects.toMatchObject({
      code: 'CHECKPOINT',
      message: `could not load ${join(run, CHECKPOINT_FILE)}: cannot use this checkpoint: its checksum does not match: the file is damaged or was cut off. The newest whole version is that of step 200; go back to it with: irisflow checkpoints --run ${run} --restore 200`,
    });
  });

  it('can be replaced by the best one, or by none', async () => {
    await saveCheckpoint(run, checkpointAt(100));
    await keepBest(run, { step: 100, score: 0.6 });
    await damage(join(run, CHECKPOINT_FILE));
    await expect(loadCheckpoint(run)).rejects.toThrow(/--restore best$/);
    await rm(versionsFolder(run), { recursive: true });
    await expect(loadCheckpoint(run)).rejects.toThrow(/No whole version .* move the file away to begin anew$/);
    expect((await readFile(join(run, CHECKPOINT_FILE))).length).toBe(100);
  });
});
