import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom, lastValueFrom, map, take, toArray } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import { recipeNamed } from '../../src/models/registry.js';
import { augmented } from '../../src/operators/augmented.js';
import { pooled } from '../../src/operators/pooled.js';
import { refine } from '../../src/operators/refine.js';
import { train } from '../../src/operators/train.js';
import { wholeFrames } from '../../src/operators/whole-frames.js';
import { openModel } from '../../src/session/open-model.js';
import { fromRenderer } from '../../src/streams/from-renderer.js';
import { Trainer } from '../../src/workers/trainer.js';

const size = { width: 32, height: 32 };
const small = {
  size: 32,
  set: { batch: 4, refinerFilters: 4, discriminatorFilters: 4, historySize: 8, irisWeight: 0 },
};
const folder = mkdtempSync(join(tmpdir(), 'irisflow-model-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const eyes = (seed: number) => fromRenderer({ ...size, seed, fps: 0, count: 60 }).pipe(wholeFrames(size));

describe('a chain', () => {
  it('learns with a model: reports with a state, metrics and a checkpoint that the next model continues', async () => {
    const run = join(folder, 'run');
    const model = await openModel('simgan', { ...small, run });
    const reports = await lastValueFrom(
      eyes(1).pipe(pooled(eyes(2), { seed: 1 }), augmented({ seed: 1 }), train(model), take(3), toArray()),
    );
    expect(reports.map(({ step, state }) => [step, state])).toEqual([1, 2, 3].map((step) => [step, 'starting']));
    expect((await firstValueFrom(model.versions$)).version).toBeGreaterThan(0);
    await model.close();
    const again = await openModel('simgan', { run });
    expect([again.step, again.resumed, again.size]).toEqual([3, true, size]);
    const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).step)).toEqual([1, 2, 3]);
    await expect(openModel('simgan', { run })).rejects.toMatchObject({ code: 'INPUT' });
    await again.close();
    await expect(openModel('simgan', { run, size: 64 })).rejects.toMatchObject({ code: 'CHECKPOINT' });
  });

  it('refines with the newest version of the weights while it learns', async () => {
    const model = await openModel('simgan', small);
    const steps$ = eyes(1).pipe(pooled(eyes(2)), train(model));
    const learning = steps$.subscribe();
    const third = model.versions$.pipe(
      map(({ version }) => version),
      take(3),
      toArray(),
    );
    const published = await firstValueFrom(third);
    expect(published).toEqual(published.toSorted((a, b) => a - b));
    const frames = await firstValueFrom(eyes(3).pipe(refine(model, { overflow: 'block' }), take(5), toArray()));
    for (const { version, passedThrough } of frames) {
      expect(passedThrough).toBeUndefined();
      expect(version).toBeGreaterThanOrEqual(published.at(-1) ?? 0);
    }
    learning.unsubscribe();
    await model.close();
  });

  it('learns with the public Trainer, held-out pictures included', async () => {
    const config = recipeNamed('simgan').configure('live', { ...size, ...small.set, checkEvery: 2 });
    const trainer = await Trainer.open({ config }, () => undefined);
    const long = (seed: number) =>
      eyes(seed).pipe(
        map(({ frame, crops }, i) => ({ frame, crops: crops.map((crop) => ({ ...crop, time: i * 200 })) })),
      );
    const reports = await lastValueFrom(long(1).pipe(pooled(long(2)), augmented(), train(trainer), take(2), toArray()));
    expect(reports.map(({ step }) => step)).toEqual([1, 2]);
    expect(reports[1]?.heldOut?.twoSample.refined).toBeGreaterThanOrEqual(0);
    await trainer.close();
  });
});
