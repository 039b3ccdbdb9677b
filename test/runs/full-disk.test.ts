import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepBest } from '../../src/runs/best-version.js';
import { CHECKPOINT_FILE, loadCheckpoint, saveCheckpoint } from '../../src/runs/checkpoint.js';
import { restoreCheckpoint } from '../../src/runs/checkpoint-restore.js';
import { keepVersion, stepsIn, versionsFolder } from '../../src/runs/versions.js';
import { checkpointAt, temporaryFolder } from './small-checkpoint.js';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder('full');
});
afterEach(() => rm(folder, { recursive: true }));

/** A checkpoint of 100 kB. */
const large = (step: number) => checkpointAt(step, 25_000);

/** Every name in the run folder but those of folders. */
async function filesIn(run: string): Promise<string[]> {
  const entries = await readdir(run, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

describe('on a file system of 512 kB that is full', () => {
  it('the old checkpoint, the versions and the best one stay as they are, with nothing beside them', async ({
    skip,
  }) => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    const mounted =
      process.platform === 'linux' &&
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk]).status === 0;
    if (!mounted) skip('a file system can only be mounted on Linux as root');
    try {
      const run = join(disk, 'run');
      await saveCheckpoint(run, large(100));
      await keepVersion(run, 100, { count: 3, every: 100 });
      await keepBest(run, { step: 100, score: 0.7 });
      await saveCheckpoint(run, large(150));
      const there = ['best.irf', 'best.json', CHECKPOINT_FILE, 'step-00000100.irf'];
      await writeFile(join(disk, 'filler'), new Uint8Array(120_000));

      const full = (what: RegExp) => ({
        code: 'CHECKPOINT',
        message: expect.stringMatching(new RegExp(`${what.source}.*ENOSPC.*the disk is full, make room`)),
      });
      await expect(saveCheckpoint(run, large(200))).rejects.toMatchObject(full(/could not save/));
      await expect(keepVersion(run, 200, { count: 1, every: 1 })).rejects.toMatchObject(
        full(/could not keep a version/),
      );
      await expect(keepBest(run, { step: 150, score: 0.6 })).rejects.toMatchObject(
        full(/could not keep step 150 as the best/),
      );
      await expect(restoreCheckpoint(run, 100)).rejects.toMatchObject(full(/could not restore/));
      expect(await filesIn(run)).toEqual(there);
      expect(await loadCheckpoint(run)).toEqual(large(150));
      expect(await stepsIn(versionsFolder(run))).toEqual([100]);

      await rm(join(disk, 'filler'));
      await saveCheckpoint(run, large(200));
      expect(await loadCheckpoint(run)).toEqual(large(200));
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});

describe.skipIf(process.platform === 'win32')('where a file may not grow large enough', () => {
  it('the old checkpoint stays as it is', async () => {
    await saveCheckpoint(folder, large(100));
    const script = `
      import { saveCheckpoint } from ${JSON.stringify(new URL('../../dist/runs/checkpoint.js', import.meta.url).href)};
      const state = { weights: { shape: [25000], data: new Float32Array(25000) } };
      const config = { recipe: 'simgan', preset: 'live', width: 64, height: 64, seed: 1 };
      const checkpoint = { config, step: 200, version: 200, phase: '', state, blobs: {}, meta: {} };
      await saveCheckpoint(process.argv[1], checkpoint).catch(({ code, message }) => console.log(code, message));
    `;
    const command = 'ulimit -f 100; exec "$0" --input-type=module -e "$1" "$2"';
    const { stdout } = await promisify(execFile)('sh', ['-c', command, process.execPath, script, folder]);
    expect(stdout).toMatch(/^CHECKPOINT could not save .*EFBIG.*The checkpoint before it is intact/);
    expect(await loadCheckpoint(folder)).toEqual(large(100));
    expect(await readdir(folder)).toEqual([CHECKPOINT_FILE]);
  });
});

describe.skipIf(process.platform !== 'linux')('on the device that is always full', () => {
  it('the old checkpoint stays as it is, and the next save succeeds', async () => {
    await saveCheckpoint(folder, checkpointAt(1));
    await symlink('/dev/full', join(folder, `${CHECKPOINT_FILE}.tmp`));
    await expect(saveCheckpoint(folder, checkpointAt(2))).rejects.toMatchObject({
      code: 'CHECKPOINT',
      message: expect.stringMatching(/ENOSPC.*the disk is full, make room.*intact/),
    });
    expect(await loadCheckpoint(folder)).toEqual(checkpointAt(1));
    expect(await readdir(folder)).toEqual([CHECKPOINT_FILE]);
    await saveCheckpoint(folder, checkpointAt(3));
    expect((await loadCheckpoint(folder))?.step).toBe(3);
  });
});
