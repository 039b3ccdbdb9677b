import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepBest, scoreOf } from '../../src/runs/best-version.js';
import { saveCheckpoint } from '../../src/runs/checkpoint.js';
import { readCheckpoint } from '../../src/runs/checkpoint-file.js';
import { bestFile, keepVersion, versionsFolder } from '../../src/runs/versions.js';
import { checkpointAt, temporaryFolder } from './small-checkpoint.js';

let run: string;
beforeEach(async () => {
  run = await temporaryFolder('best');
});
afterEach(() => rm(run, { recursive: true }));

/** Step and score of the best. */
async function best(): Promise<[number, number | undefined]> {
  const { checkpoint, digest } = (await readCheckpoint(bestFile(run)))!;
  return [checkpoint.step, await scoreOf(run, digest)];
}

describe('keepBest', () => {
  it('keeps the checkpoint whose score is lowest', async () => {
    await saveCheckpoint(run, checkpointAt(100));
    expect(await keepBest(run, { step: 100, score: 0.7 })).toBe(true);
    await saveCheckpoint(run, checkpointAt(200));
    expect(await keepBest(run, { step: 200, score: 0.7 })).toBe(false);
    expect(await best()).toEqual([100, 0.7]);
    expect(await keepBest(run, { step: 200, score: 0.6 })).toBe(true);
    expect(await best()).toEqual([200, 0.6]);
    for (const score of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      expect(await keepBest(run, { step: 200, score })).toBe(false);
    }
  });

  it('finds the step among the versions, and takes what was evaluated where it is given', async () => {
    await saveCheckpoint(run, checkpointAt(100));
    await keepVersion(run, 100, { count: 3, every: 100 });
    await saveCheckpoint(run, checkpointAt(150));
    expect(await keepBest(run, { step: 100, score: 0.7 })).toBe(true);
    expect(await best()).toEqual([100, 0.7]);
    await expect(keepBest(run, { step: 120, score: 0.6 })).rejects.toMatchObject({ code: 'INPUT' });
    expect(await keepBest(run, { step: 120, score: 0.6, checkpoint: checkpointAt(120) })).toBe(true);
    expect(await best()).toEqual([120, 0.6]);
  });

  it('knows the score of whichever file is there when it was killed between its two writes', async () => {
    await saveCheckpoint(run, checkpointAt(100));
    await keepBest(run, { step: 100, score: 0.7 });
    await copyFile(bestFile(run), join(run, 'before'));
    await keepBest(run, { step: 200, score: 0.6, checkpoint: checkpointAt(200) });
    await copyFile(join(run, 'before'), bestFile(run));
    expect(await best()).toEqual([100, 0.7]);
    expect(await keepBest(run, { step: 300, score: 0.65, checkpoint: checkpointAt(300) })).toBe(true);
    expect(await best()).toEqual([300, 0.65]);
  });

  it('replaces a best one that is damaged or whose score is lost', async () => {
    await saveCheckpoint(run, checkpointAt(100));
    await keepBest(run, { step: 100, score: 0.1 });
    await writeFile(bestFile(run), 'damaged');
    expect(await keepBest(run, { step: 100, score: 0.9 })).toBe(true);
    for (const record of ['null', '{', '{"digest":1}']) {
      await writeFile(join(versionsFolder(run), 'best.json'), record);
      expect(await keepBest(run, { step: 100, score: 0.95 })).toBe(true);
      expect(await best()).toEqual([100, 0.95]);
    }
  });

  it('leaves the best one as it is where it cannot write', async () => {
    await saveCheckpoint(run, checkpointAt(100));
    await keepBest(run, { step: 100, score: 0.7 });
    await mkdir(`${bestFile(run)}.tmp`);
    const failed = keepBest(run, { step: 200, score: 0.6, checkpoint: checkpointAt(200) });
    await expect(failed).rejects.toMatchObject({ code: 'CHECKPOINT' });
    expect(await best()).toEqual([100, 0.7]);
  });
});
