import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recipeNamed } from '../../src/models/registry.js';
import type { TrainingBatch } from '../../src/models/types.js';
import { randomAt } from '../../src/random.js';
import { loadCheckpoint } from '../../src/runs/checkpoint.js';
import { type PublishedWeights, Trainer } from '../../src/workers/trainer.js';
import { alive } from '../processes.js';

const config = recipeNamed('simgan').configure('live', {
  width: 24,
  height: 24,
  seed: 7,
  batch: 2,
  refinerFilters: 2,
  refinerBlocks: 1,
  discriminatorFilters: 2,
  historySize: 4,
  // The network that sees eyes takes seconds a picture on tf.js's own backend.
  irisWeight: 0,
});

/** The batch of a step, always the same for the same step. */
function batchFor(step: number): TrainingBatch {
  const random = randomAt(3, 'batch', step);
  const noise = () => Uint8Array.from({ length: 2 * 24 * 24 * 3 }, () => random.integer(256));
  return { synthetic: noise(), real: noise() };
}

let folder: string;
let published: PublishedWeights[];
let trainer: Trainer | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-trainer-'));
  published = [];
});
afterEach(async () => {
  await trainer?.close();
  trainer = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function open(checkpointEvery = 2): Promise<Trainer> {
  trainer = await Trainer.open({ engine: 'reference', config, folder, checkpointEvery, niceness: 0 }, (weights) =>
    published.push(weights),
  );
  return trainer;
}

describe('Trainer', () => {
  it('publishes the first weights when it opens, and newer versions after', async () => {
    const running = await open();
    expect(running.step).toBe(0);
    // Held-out pictures for the first step: the inputs that are shown over training.
    expect(running.requires).toEqual({ synthetic: 2, real: 2, heldOut: 8 });
    expect(published.map(({ version }) => version)).toEqual([1]);
    const report = await running.train(batchFor(1));
    expect(report.step).toBe(1);
    expect(Object.values(report.losses).every(Number.isFinite)).toBe(true);
    expect(running.memory).toBeGreaterThan(1e6);
  });

  it('comes back from the last checkpoint when its process is killed, and makes the same steps again', async () => {
    const running = await open();
    const first = [];
    for (let step = 1; step <= 3; step++) first.push(await running.train(batchFor(step)));
    const { pid } = running;
    const before = running.version;
    const lost = running.train(batchFor(4)).catch((error) => error);
    process.kill(pid, 'SIGKILL');
    expect(await lost).toMatchObject({ code: 'WORKER', message: expect.stringContaining('SIGKILL') });

    await running.ready();
    const again = await running.train(batchFor(3));
    expect(again.step).toBe(3);
    expect(again.losses).toEqual(first[2].losses);
    expect(running.pid).not.toBe(pid);
    expect(running.version).toBeGreaterThan(before);
    expect(published.map(({ version }) => version)).toEqual(published.map((_, index) => index + 1));
  });

  it('writes a checkpoint only when the report of its step has been taken: no kill leaves a step without one', async () => {
    const running = await open(1);
    await running.train(batchFor(1));
    expect(existsSync(join(folder, 'checkpoint.irf'))).toBe(false);
    await running.train(batchFor(2));
    expect((await loadCheckpoint(folder))?.step).toBe(1);
  });

  it('says that it restarts and why', async () => {
    const running = await open();
    const restarting = firstValueFrom(running.state.pipe(filter(({ status }) => status === 'restarting')));
    process.kill(running.pid, 'SIGKILL');
    expect(await restarting).toMatchObject({ restarts: 1, reason: expect.stringContaining('SIGKILL') });
    await firstValueFrom(running.state.pipe(filter(({ status }) => status === 'running')));
  });

  it('saves when it closes; a later one continues, and its process is gone', async () => {
    const running = await open(1000);
    await running.train(batchFor(1));
    const { pid } = running;
    await running.close();
    expect(alive(pid)).toBe(false);
    await expect(running.train(batchFor(2))).rejects.toMatchObject({ code: 'WORKER' });

    const next = await open(1000);
    expect(next.resumed).toBe(true);
    expect(next.step).toBe(1);
    expect((await next.train(batchFor(2))).step).toBe(2);
  });

  it('refuses a checkpoint of another shape', async () => {
    const running = await open(1);
    await running.train(batchFor(1));
    await running.close();
    trainer = undefined;
    const other = { ...config, width: 32 };
    await expect(Trainer.open({ engine: 'reference', config: other, folder }, () => undefined)).rejects.toMatchObject({
      code: 'CHECKPOINT',
      message: expect.stringContaining('width'),
    });
  });

  it('goes on training where a checkpoint cannot be written, and tells', async () => {
    // As a full disk: the checkpoint's temporary file cannot be made.
    mkdirSync(join(folder, 'checkpoint.irf.tmp'));
    writeFileSync(join(folder, 'checkpoint.irf.tmp', 'in-the-way'), '');
    const told: unknown[] = [];
    trainer = await Trainer.open(
      {
        engine: 'reference',
        config,
        folder,
        checkpointEvery: 2,
        keepEvery: 8,
        niceness: 0,
        onSaveFailure: (error) => told.push(error),
      },
      () => undefined,
    );
    for (let step = 1; step <= 5; step++) expect((await trainer.train(batchFor(step))).step).toBe(step);
    expect(told).toHaveLength(2);
    expect(told[0]).toMatchObject({ code: 'CHECKPOINT', message: expect.stringContaining('could not save') });
    rmSync(join(folder, 'checkpoint.irf.tmp'), { recursive: true });
    for (let step = 6; step <= 7; step++) expect((await trainer.train(batchFor(step))).step).toBe(step);
    expect(told).toHaveLength(2);
    expect(existsSync(join(folder, 'checkpoint.irf'))).toBe(true);
    // Nor can versions be kept.
    writeFileSync(join(folder, 'checkpoints'), 'in the way');
    for (let step = 8; step <= 9; step++) expect((await trainer.train(batchFor(step))).step).toBe(step);
    expect((await loadCheckpoint(folder))?.step).toBe(8);
    const version = expect.stringMatching(/could not keep a version of step 8 .*Training goes on/);
    expect(told.slice(2)).toContainEqual(expect.objectContaining({ code: 'CHECKPOINT', message: version }));
  });

  it('closes while its process cannot be brought back', async () => {
    const running = await open();
    for (let step = 1; step <= 3; step++) await running.train(batchFor(step));
    writeFileSync(join(folder, 'checkpoint.irf'), 'damaged');
    const hopeless = firstValueFrom(running.state.pipe(filter(({ restarts }) => restarts === 3)));
    process.kill(running.pid, 'SIGKILL');
    expect(await hopeless).toMatchObject({ status: 'restarting', reason: expect.stringContaining('checkpoint.irf') });
    expect(running.step).toBe(2);
    await running.close();
    expect(readFileSync(join(folder, 'checkpoint.irf'), 'utf8')).toBe('damaged');
  });

  it.skipIf(process.platform === 'win32')('starts a stopped process again, and says so within 10 s', async () => {
    const running = await open();
    for (let step = 1; step <= 3; step++) await running.train(batchFor(step));
    const { pid } = running;
    const restarted = firstValueFrom(running.state.pipe(filter(({ status }) => status === 'restarting')));
    const began = performance.now();
    process.kill(pid, 'SIGSTOP');
    await expect(running.train(batchFor(4))).rejects.toMatchObject({ code: 'WORKER' });
    expect(await restarted).toMatchObject({ reason: expect.stringContaining('no sign of life for 8 s') });
    expect(performance.now() - began).toBeLessThan(10_000);
    await running.ready();
    expect((await running.train(batchFor(3))).step).toBe(3);
    expect(alive(pid)).toBe(false);
  });

  it.skipIf(process.platform === 'win32')(
    'ends in seconds while its process is stopped, with what was saved',
    async () => {
      const running = await open();
      for (let step = 1; step <= 3; step++) await running.train(batchFor(step));
      process.kill(running.pid, 'SIGSTOP');
      const step = expect(running.train(batchFor(4))).rejects.toMatchObject({ code: 'WORKER' });
      const began = performance.now();
      await expect(running.close()).rejects.toMatchObject({
        code: 'WORKER',
        message: expect.stringContaining('did not end'),
      });
      expect(performance.now() - began).toBeLessThan(5000);
      await step;
      expect(alive(running.pid)).toBe(false);
      expect((await loadCheckpoint(folder))?.step).toBe(2);
      trainer = undefined;
    },
  );
});
