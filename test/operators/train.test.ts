import { firstValueFrom, from, NEVER, Subject, take, toArray } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { CropPool } from '../../src/data/crop-pool.js';
import { Counter } from '../../src/flow/counter.js';
import type { StepReport, TrainingBatch } from '../../src/models/types.js';
import { drawBatches } from '../../src/operators/draw-batches.js';
import { train } from '../../src/operators/train.js';
import { noiseFrame } from './pictures.js';

/** Learns by keeping the first byte of each batch; fails on those it is told to. */
function trainer(failing: readonly number[] = []) {
  const seen: number[] = [];
  let running = 0;
  return {
    seen,
    train: async ({ synthetic }: TrainingBatch): Promise<StepReport> => {
      expect(++running).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      const first = synthetic[0] ?? -1;
      if (failing.includes(first)) throw new Error(`batch ${first} is bad`);
      seen.push(first);
      return {
        step: seen.length,
        time: 0,
        phase: 'x',
        losses: {},
        accuracy: { real: 1, refined: 1 },
        change: 0,
        skipped: 0,
      };
    },
  };
}

const batches = (count: number): TrainingBatch[] =>
  Array.from({ length: count }, (_, i) => ({ synthetic: Uint8Array.of(i), real: Uint8Array.of(i) }));

describe('train', () => {
  it('learns from every batch, one after the other', async () => {
    const { seen, train: learn } = trainer();
    const reports = await firstValueFrom(from(batches(20)).pipe(train({ train: learn }), toArray()));
    expect(reports.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('counts steps that fail, tells of them, and goes on', async () => {
    const counts = new Counter();
    const failures: string[] = [];
    const onFailure = (error: unknown, batch: TrainingBatch) =>
      failures.push(`${(error as Error).message}, ${batch.real[0]}`);
    const learning = from(batches(5)).pipe(train(trainer([1, 3]), { counts, onFailure }), toArray());
    expect((await firstValueFrom(learning)).map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(counts.snapshot()).toEqual({ in: 5, out: 3, dropped: 0, failed: 2, inFlight: 0 });
    expect(failures).toEqual(['batch 1 is bad, 1', 'batch 3 is bad, 3']);
  });

  it('holds the draw while it learns: never more batches than it may keep', async () => {
    const pool = new CropPool();
    pool.add(noiseFrame(4, 4));
    const counts = new Counter();
    let most = 0;
    const reports = await firstValueFrom(
      drawBatches(pool, pool, { synthetic: 1, real: 1 }, { seed: 1 }).pipe(
        train(
          {
            train: async (batch) => {
              for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
              most = Math.max(most, counts.inFlight);
              return trainer().train(batch);
            },
          },
          { counts },
        ),
        take(10),
        toArray(),
      ),
    );
    expect(reports).toHaveLength(10);
    expect(most).toBe(2);
  });

  it('lets go of its source, and of what waits', async () => {
    const counts = new Counter();
    const source = new Subject<TrainingBatch>();
    const never = { train: () => new Promise<StepReport>(() => undefined) };
    const subscription = source.pipe(train(never, { counts })).subscribe();
    for (const batch of batches(3)) source.next(batch);
    subscription.unsubscribe();
    expect(source.observed).toBe(false);
    expect(counts.snapshot()).toEqual({ in: 3, out: 0, dropped: 3, failed: 0, inFlight: 0 });
    const quiet = vi.fn();
    NEVER.pipe(train(never)).subscribe(quiet).unsubscribe();
    expect(quiet).not.toHaveBeenCalled();
    expect(() => train(never, { capacity: 0 })).toThrow('capacity');
  });
});
