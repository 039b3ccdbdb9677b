import {
  concat,
  EMPTY,
  firstValueFrom,
  from,
  map,
  NEVER,
  type Observable,
  of,
  Subject,
  take,
  throwError,
  toArray,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type BatchDraw, TrainingData } from '../../src/data/training-data.js';
import type { Frame } from '../../src/frame.js';
import { augmented } from '../../src/operators/augmented.js';
import { type PooledInput, pooled } from '../../src/operators/pooled.js';
import { eyeCrop, noiseFrame } from './pictures.js';

const frames = (count: number, seed: number): Frame[] =>
  Array.from({ length: count }, (_, i) => noiseFrame(4, 4, seed + i, { sequence: i, time: i * 40 }));
const stay = <T>(values: readonly T[]): Observable<T> => concat(from(values), NEVER);

async function settle() {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Subscribes and keeps what comes. */
function watch(batches: Observable<BatchDraw>) {
  const seen = { batches: 0, error: undefined as unknown, completed: false };
  const subscription = batches.subscribe({
    next: (batch) => {
      seen.batches++;
      batch.flow.hold(seen);
    },
    error: (error) => {
      seen.error = error;
    },
    complete: () => {
      seen.completed = true;
    },
  });
  return { seen, subscription };
}

describe('pooled', () => {
  it('draws the same batches from both inputs as training data with the same crops', async () => {
    const data = new TrainingData({ seed: 3 });
    const [synthetic, real] = [frames(40, 0), frames(40, 1000)];
    for (const frame of synthetic) data.synthetic.add(frame);
    for (const frame of real) data.real.add(frame);
    const batches = stay(synthetic).pipe(pooled(stay(real), { seed: 3 }), take(3), toArray());
    const requires = { synthetic: 8, real: 4, heldOut: 2 };
    for (const batch of await firstValueFrom(batches)) {
      expect(await batch.draw(5, requires)).toEqual(await data.draw(5, requires));
    }
    const varied = stay(synthetic).pipe(pooled(stay(real), { seed: 3 }), augmented({ seed: 9 }), take(1));
    const expected = await data.draw(5, requires, { seed: 9 });
    expect(await (await firstValueFrom(varied)).draw(5, requires)).toEqual(expected);
  });

  it('accepts frames with crops, and single crops', async () => {
    const cropped = frames(3, 0).map(
      (frame): PooledInput => ({
        frame,
        crops: [eyeCrop(frame), eyeCrop({ ...frame, data: frame.data.map((byte) => 255 - byte) })],
      }),
    );
    const data = new TrainingData();
    const { subscription } = watch(stay(cropped).pipe(pooled(stay(frames(2, 50)), { data })));
    subscription.unsubscribe();
    expect([data.synthetic.learn.size, data.real.learn.size]).toEqual([6, 2]);
  });

  it('starts with the minimum of each input, when begin allows it, and emits one batch at a time', async () => {
    const [synthetic, real] = [new Subject<Frame>(), new Subject<Frame>()];
    const sizes: number[] = [];
    const begin = (data: TrainingData) => sizes.push(data.real.learn.size) >= 2;
    const { seen } = watch(synthetic.pipe(pooled(real, { minimum: 3, begin })));
    for (const frame of frames(10, 0)) synthetic.next(frame);
    const [a, b, c, d] = frames(4, 100) as [Frame, Frame, Frame, Frame];
    for (const frame of [a, b, c]) real.next(frame);
    await settle();
    expect([seen.batches, sizes]).toEqual([0, [3]]);
    real.next(d);
    await settle();
    expect([seen.batches, sizes]).toEqual([1, [3, 4]]);
  });

  it('gathers one input for kinds that learn from the real input alone', async () => {
    const labelled = frames(8, 0).map((frame, i) => ({ ...frame, labels: { name: i % 2 ? 'odd' : 'even' } }));
    const batches = from(labelled).pipe(pooled({ kind: 'labelled', classes: ['even', 'odd'] }));
    const { labels } = await (await firstValueFrom(batches)).draw(1, { synthetic: 0, real: 8 });
    expect([...(labels ?? [])].toSorted()).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });

  it('continues when inputs have ended, also with fewer crops than the minimum', async () => {
    const { seen } = watch(from(frames(2, 0)).pipe(pooled(from(frames(3, 9)))));
    await settle();
    expect(seen).toMatchObject({ batches: 1, error: undefined, completed: false });
  });

  it.each([
    ['synthetic', EMPTY, NEVER],
    ['real', NEVER, EMPTY],
  ])('errors where the %s input ended without a crop', (name, synthetic, real) => {
    const { seen } = watch((synthetic as Observable<Frame>).pipe(pooled(real as Observable<Frame>)));
    expect(seen.error).toMatchObject({
      code: 'INPUT',
      message: expect.stringContaining(`the ${name} input ended without a crop`),
    });
  });

  it('passes on errors of either input, and refuses crops of another size', () => {
    const failing = throwError(() => new Error('camera gone'));
    expect(watch(failing.pipe(pooled(NEVER))).seen.error).toMatchObject({ message: 'camera gone' });
    expect(watch((NEVER as Observable<Frame>).pipe(pooled(failing))).seen.error).toMatchObject({
      message: 'camera gone',
    });
    const sizes = of(noiseFrame(4, 4), noiseFrame(5, 4));
    expect(watch(sizes.pipe(pooled(NEVER))).seen.error).toMatchObject({ code: 'INPUT' });
  });

  it('unsubscribes both inputs', () => {
    const [synthetic, real] = [new Subject<Frame>(), new Subject<Frame>()];
    const { subscription } = watch(synthetic.pipe(pooled(real)));
    expect([synthetic.observed, real.observed]).toEqual([true, true]);
    subscription.unsubscribe();
    expect([synthetic.observed, real.observed]).toEqual([false, false]);
  });

  it('has separate pools for each subscription', async () => {
    const source = new Subject<Frame>();
    const batches = source.pipe(pooled({ kind: 'pictures', minimum: 1 }));
    const first = watch(batches);
    source.next(noiseFrame(4, 4));
    const second = watch(batches);
    await settle();
    expect([first.seen.batches, second.seen.batches]).toEqual([1, 0]);
  });

  it('refuses wrong options at the call', () => {
    expect(() => pooled(NEVER, { minimum: 0 })).toThrow('minimum');
    expect(() => pooled(NEVER, { capacity: 0 })).toThrow('capacity');
    expect(() => augmented({ zoom: 3 })).toThrow('zoom');
    expect(() => augmented({ seed: 0.5 })).toThrow('seed');
  });

  it('works with other operators between pooled and train', async () => {
    const doubled = map(
      (batch: BatchDraw): BatchDraw => ({
        ...batch,
        draw: (step, { synthetic, real }) => batch.draw(step, { synthetic: 2 * synthetic, real }),
      }),
    );
    const batch = await firstValueFrom(from(frames(8, 0)).pipe(pooled(from(frames(8, 20))), doubled));
    expect((await batch.draw(1, { synthetic: 2, real: 2 })).synthetic.length).toBe(4 * 4 * 4 * 3);
  });
});
