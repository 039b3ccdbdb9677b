import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHECKPOINT_FILE, loadCheckpoint, saveCheckpoint } from '../../src/models/index.js';
import type { Checkpoint } from '../../src/models/types.js';

const checkpointAt = (step: number): Checkpoint => ({
  config: { recipe: 'simgan', preset: 'live', width: 64, height: 64, seed: 1 },
  step,
  version: step,
  phase: 'adversarial',
  state: { weights: { shape: [3], data: Float32Array.of(step, 2, 3) } },
  blobs: { history: Uint8Array.of(4, 5) },
  meta: {},
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'irisflow-checkpoint-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('saveCheckpoint and loadCheckpoint', () => {
  it('keep one file, in a folder that is made where missing', async () => {
    const run = join(folder, 'a', 'b');
    await saveCheckpoint(run, checkpointAt(1));
    await saveCheckpoint(run, checkpointAt(2));
    expect(await loadCheckpoint(run)).toEqual(checkpointAt(2));
    expect(await readdir(run)).toEqual([CHECKPOINT_FILE]);
  });

  it('give nothing where there is none', async () => {
    expect(await loadCheckpoint(folder)).toBeUndefined();
    expect(await loadCheckpoint(join(folder, 'missing'))).toBeUndefined();
  });

  it('say which file is damaged, and how', async () => {
    await saveCheckpoint(folder, checkpointAt(1));
    const path = join(folder, CHECKPOINT_FILE);
    await truncate(path, 200);
    const message = expect.stringMatching(/could not load .*checkpoint\.irf: .*checksum/);
    await expect(loadCheckpoint(folder)).rejects.toMatchObject({ code: 'CHECKPOINT', message });
    await rm(path);
    await mkdir(path);
    await expect(loadCheckpoint(folder)).rejects.toMatchObject({ code: 'CHECKPOINT' });
  });

  it('do not read what is too large to be one', async () => {
    const path = join(folder, CHECKPOINT_FILE);
    await writeFile(path, '');
    await truncate(path, 2 ** 31);
    await expect(loadCheckpoint(folder)).rejects.toMatchObject({
      code: 'CHECKPOINT',
      message: expect.stringMatching(/more than any/),
    });
  });

  it('wait for each other in one folder: the last one asked for stays', async () => {
    await Promise.all([1, 2, 3, 4, 5].map((step) => saveCheckpoint(folder, checkpointAt(step))));
    expect((await loadCheckpoint(folder))?.step).toBe(5);
    expect(await readdir(folder)).toEqual([CHECKPOINT_FILE]);
  });

  it('leave the old one intact where the folder cannot be written', async () => {
    const file = join(folder, 'file');
    await writeFile(file, 'in the way');
    await expect(saveCheckpoint(file, checkpointAt(1))).rejects.toMatchObject({ code: 'CHECKPOINT' });
    await expect(saveCheckpoint(join(file, 'below'), checkpointAt(1))).rejects.toMatchObject({ code: 'CHECKPOINT' });
    expect(await readFile(file, 'utf8')).toBe('in the way');
  });

  it.skipIf(process.platform !== 'linux')('leave the old one intact on a full disk, and nothing else', async () => {
    await saveCheckpoint(folder, checkpointAt(1));
    // The device that is always full, where the temporary file would be.
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
