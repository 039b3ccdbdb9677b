import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHECKPOINT_FILE, loadCheckpoint, saveCheckpoint } from '../../src/runs/index.js';
import { checkpointAt, temporaryFolder } from './small-checkpoint.js';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder('checkpoint');
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

  it('do not replace a whole one by one that nothing could go on from', async () => {
    await saveCheckpoint(folder, checkpointAt(1));
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const state = { weights: { shape: [2], data: Float32Array.of(1, value) } };
      const message = 'step 2 is not saved: weights is not finite. The checkpoint before it is intact.';
      const saved = saveCheckpoint(folder, { ...checkpointAt(2), state });
      await expect(saved).rejects.toMatchObject({ code: 'CHECKPOINT', message });
    }
    expect(await loadCheckpoint(folder)).toEqual(checkpointAt(1));
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
});
