import { firstValueFrom, from, map, NEVER, range, Subject, take, takeWhile, toArray } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { Counter } from '../../src/flow/counter.js';
import type { StepReport, TrainingBatch } from '../../src/models/types.js';
import { pooled } from '../../src/operators/pooled.js';
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
  it('makes a step with every batch, one after the other', async () => {
    const { seen, train: learn } = trainer();
    const reports = await firstValueFrom(from(batches(20)).pipe(train({ train: learn }), toArray()));
    expect(reports.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('counts failed steps, reports them, and continues', async () => {
    const counts = new Counter();
    const failures: string[] = [];
    const onFailure = (error: unknown) => failures.push((error as Error).message);
    const learning = from(batches(5)).pipe(train(trainer([1, 3]), { counts, onFailure }), toArray());
    expect((await firstValueFrom(learning)).map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(counts.snapshot()).toEqual({ in: 5, out: 3, dropped: 0, failed: 2, inFlight: 0 });
    expect(failures).toEqual(['batch 1 is bad', 'batch 3 is bad']);
  });

  it('warns of the first failure of a series without onFailure, and errors after ten failures in a row', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    try {
      const some = from(batches(12)).pipe(train(trainer([1, 2, 3, 7])), toArray());
      expect(await firstValueFrom(some)).toHaveLength(8);
      expect(warn.mock.calls).toEqual([
        ['a training step failed: batch 1 is bad', 'IrisflowWarning'],
        ['a training step failed: batch 7 is bad', 'IrisflowWarning'],
      ]);
      warn.mockClear();
      const reports: number[] = [];
      const all = from(batches(40)).pipe(train(trainer(Array.from({ length: 38 }, (_, i) => i + 2))));
      await expect(
        firstValueFrom(
          all.pipe(
            map(({ step }) => reports.push(step)),
            toArray(),
          ),
        ),
      ).rejects.toMatchObject({
        code: 'MODEL',
        message: 'a training step failed 10 times in a row, the last time because: batch 11 is bad',
      });
      expect(reports).toHaveLength(2);
      expect(warn).toHaveBeenCalledTimes(1);
    } finally {
      warn.mockRestore();
    }
  });

  it('holds the source during a step, and draws for the step and the batch size of the learner', async () => {
    const counts = new Counter();
    const drawn: [number, number][] = [];
    let largest = 0;
    const learner = {
      step: 0,
      get requires() {
        return { synthetic: 1 + (this.step % 3), real: 1 };
      },
      async train({ synthetic }: TrainingBatch): Promise<StepReport> {
        for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
        largest = Math.max(largest, counts.inFlight);
        this.step++;
        drawn.push([this.step, synthetic.length / 48]);
        return { step: this.step, time: 0, phase: 'x', losses: {}, accuracy: { real: 1, refined: 1 }, skipped: 0 };
      },
    };
    const frames = (seed: number) => range(0, 40).pipe(map((i) => noiseFrame(4, 4, seed + i)));
    const chain = frames(0).pipe(pooled(frames(100)), train(learner, { counts }), take(7), toArray());
    expect(await firstValueFrom(chain)).toHaveLength(7);
    expect(largest).toBe(1);
    expect(drawn).toEqual([1, 2, 3, 4, 5, 6, 7].map((step) => [step, 1 + ((step - 1) % 3)]));
  });

  it('repeats the steps that a crashed process lost when the learner is ready', async () => {
    const deaths = new Set([8]);
    const steps: number[] = [];
    let readies = 0;
    const learner = {
      step: 0,
      requires: { synthetic: 1, real: 1 },
      async ready() {
        readies++;
      },
      async train(): Promise<StepReport> {
        const step = this.step + 1;
        if (deaths.delete(step)) {
          this.step -= this.step % 5;
          throw new IrisflowError('WORKER', `died in step ${step}`);
        }
        this.step = step;
        steps.push(step);
        return { step, time: 0, phase: 'x', losses: {}, accuracy: { real: 1, refined: 1 }, skipped: 0 };
      },
    };
    const lost: unknown[] = [];
    const frames = (seed: number) => range(0, 40).pipe(map((i) => noiseFrame(4, 4, seed + i)));
    const onFailure = (error: unknown) => lost.push((error as Error).message);
    const chain = frames(0).pipe(
      pooled(frames(100)),
      train(learner, { onFailure }),
      takeWhile(({ step }) => step < 10, true),
    );
    await firstValueFrom(chain.pipe(toArray()));
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 6, 7, 8, 9, 10]);
    expect(lost).toEqual(['died in step 8']);
    expect(readies).toBe(13);
  });

  it('refuses a learner without step and requires where batches are to be drawn', async () => {
    const frames = (seed: number) => range(0, 40).pipe(map((i) => noiseFrame(4, 4, seed + i)));
    const chain = frames(0).pipe(pooled(frames(100)), train(trainer(), { maxFailures: 1, onFailure: () => undefined }));
    await expect(firstValueFrom(chain)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('`step` and `requires`'),
    });
  });

  it('unsubscribes its source, and drops waiting batches', async () => {
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
    expect(() => train(never, { maxFailures: 0 })).toThrow('maxFailures');
  });
});
