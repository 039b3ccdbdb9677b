import { EMPTY, from, Observable, of, Subject } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { Counter } from '../../src/flow/counter.js';
import type { CroppedFrame, RefinedFrame } from '../../src/frame.js';
import { IDENTITY } from '../../src/geometry/affine.js';
import type { CropRefiner, Refinement } from '../../src/models/types.js';
import { type RefineOptions, refine } from '../../src/operators/refine.js';
import { noiseFrame } from './pictures.js';

const ALL: RefineOptions = { overflow: 'block' };

function cropped(sequence: number, count = 2): CroppedFrame {
  const frame = noiseFrame(8, 8, sequence, { sequence });
  const crops = Array.from({ length: count }, (_, i) => ({
    ...noiseFrame(4, 4, sequence * 10 + i, { sequence }),
    kind: 'whole' as const,
    toFrame: IDENTITY,
  }));
  return { frame, crops };
}

/** A refiner whose answers are the crops' bytes, inverted. */
function inverter(version = 1): CropRefiner {
  return {
    refine: async (crops) => ({ pictures: crops.map(({ data }) => data.map((value) => 255 - value)), version }),
  };
}

function record(observable: Observable<RefinedFrame>) {
  const seen = { frames: [] as RefinedFrame[], error: undefined as unknown, completed: false };
  const subscription = observable.subscribe({
    next: (frame) => seen.frames.push(frame),
    error: (error) => {
      seen.error = error;
    },
    complete: () => {
      seen.completed = true;
    },
  });
  return { seen, subscription };
}

async function all(source: Observable<CroppedFrame>, ...args: Parameters<typeof refine>) {
  const { seen } = record(source.pipe(refine(...args)));
  await vi.waitFor(() => expect(seen.completed).toBe(true));
  return seen.frames;
}

afterEach(() => void vi.useRealTimers());

describe('refine', () => {
  it('emits the refined picture of each crop, in order, with the version of the weights', async () => {
    const [given] = [cropped(3)];
    const [frame] = await all(of(given), inverter(7));
    expect(frame).toMatchObject({ frame: given.frame, crops: given.crops, version: 7 });
    expect(frame?.passedThrough).toBeUndefined();
    for (const [i, crop] of given.crops.entries()) {
      const refined = frame?.refinedCrops[i];
      expect(refined).toMatchObject({ kind: crop.kind, toFrame: crop.toFrame, sequence: 3, version: 7, refined: true });
      expect(refined?.data).toEqual(crop.data.map((value) => 255 - value));
    }
  });

  it('passes frames without crops through in order', async () => {
    const frames = await all(from([cropped(0), cropped(1, 0), cropped(2)]), inverter(), ALL);
    expect(frames.map(({ frame }) => frame.sequence)).toEqual([0, 1, 2]);
    expect(frames.map(({ refinedCrops }) => refinedCrops.length)).toEqual([2, 0, 2]);
    expect(frames[1]).toMatchObject({ version: 1 });
    expect(frames[1]?.passedThrough).toBeUndefined();
  });

  it('passes raw crops through while there is no refiner, and refines as soon as there is one', async () => {
    let present: CropRefiner | undefined;
    const source = new Subject<CroppedFrame>();
    const { seen } = record(source.pipe(refine(() => present)));
    source.next(cropped(0));
    await vi.waitFor(() => expect(seen.frames).toHaveLength(1));
    expect(seen.frames[0]).toMatchObject({ refinedCrops: [], version: 0, passedThrough: 'no refiner is loaded yet' });
    present = inverter(4);
    source.next(cropped(1));
    await vi.waitFor(() => expect(seen.frames).toHaveLength(2));
    expect(seen.frames[1]).toMatchObject({ version: 4 });
    expect(seen.frames[1]?.refinedCrops).toHaveLength(2);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('no memory')), 'no memory'],
    [
      'throws',
      (): Promise<Refinement> => {
        throw new Error('at once');
      },
      'at once',
    ],
    ['gives too few pictures', async () => ({ pictures: [], version: 1 }), '0 pictures for 2 crops'],
    [
      'gives pictures of another size',
      async () => ({ pictures: [new Uint8Array(3), new Uint8Array(3)], version: 1 }),
      'a picture of 3 bytes for a crop of 48',
    ],
  ])('passes raw crops through when the refiner %s, and continues', async (_, broken, why) => {
    let calls = 0;
    const refiner: CropRefiner = { refine: (crops) => (++calls === 2 ? broken() : inverter(5).refine(crops)) };
    const failures: unknown[] = [];
    const counts = new Counter();
    const options = { ...ALL, counts, onFailure: (error: unknown) => failures.push(error) };
    const frames = await all(from([0, 1, 2].map((n) => cropped(n))), refiner, options);
    expect(frames.map(({ refinedCrops }) => refinedCrops.length)).toEqual([2, 0, 2]);
    expect(frames[1]).toMatchObject({ version: 5, passedThrough: expect.stringContaining(why) });
    expect(failures).toHaveLength(1);
    expect(counts.snapshot()).toEqual({ in: 3, out: 3, dropped: 0, failed: 0, inFlight: 0 });
  });

  it('does not wait for a refiner that hangs, and does not call it again before it has answered', async () => {
    vi.useFakeTimers();
    const calls: ((refinement: Refinement) => void)[] = [];
    const refiner: CropRefiner = { refine: () => new Promise((resolve) => calls.push(resolve)) };
    const source = new Subject<CroppedFrame>();
    const { seen, subscription } = record(source.pipe(refine(refiner, { patience: 100 })));
    source.next(cropped(0));
    await vi.advanceTimersByTimeAsync(99);
    expect(seen.frames).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen.frames[0]).toMatchObject({ refinedCrops: [], passedThrough: expect.stringContaining('100 ms') });
    source.next(cropped(1));
    await vi.advanceTimersByTimeAsync(0);
    expect(seen.frames[1]).toMatchObject({ refinedCrops: [], passedThrough: expect.stringContaining('busy') });
    expect(calls).toHaveLength(1);
    calls[0]?.({ pictures: [], version: 9 });
    await vi.advanceTimersByTimeAsync(0);
    source.next(cropped(2));
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toHaveLength(2);
    calls[1]?.(await inverter(10).refine(cropped(2).crops));
    await vi.advanceTimersByTimeAsync(0);
    expect(seen.frames[2]).toMatchObject({ version: 10 });
    expect(vi.getTimerCount()).toBe(0);
    subscription.unsubscribe();
  });

  it('waits without a limit with block', async () => {
    vi.useFakeTimers();
    const slow: CropRefiner = {
      refine: (crops) => new Promise((resolve) => setTimeout(() => resolve(inverter().refine(crops)), 60_000)),
    };
    const { seen } = record(of(cropped(0)).pipe(refine(slow, ALL)));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen.frames[0]?.refinedCrops).toHaveLength(2);
  });

  it('completes with its source, unsubscribes it, and drops waiting frames', async () => {
    expect(record(EMPTY.pipe(refine(inverter()))).seen.completed).toBe(true);
    const counts = new Counter();
    const source = new Subject<CroppedFrame>();
    const { seen, subscription } = record(source.pipe(refine(inverter(), { counts })));
    source.next(cropped(0));
    source.next(cropped(1));
    subscription.unsubscribe();
    expect(source.observed).toBe(false);
    expect(counts.snapshot()).toEqual({ in: 2, out: 0, dropped: 2, failed: 0, inFlight: 0 });
    expect(seen.frames).toEqual([]);
    const failing = record(
      new Observable<CroppedFrame>((subscriber) => subscriber.error(new Error('x'))).pipe(refine(inverter())),
    );
    expect(failing.seen.error).toEqual(new Error('x'));
  });

  it.each([{ patience: 0 }, { capacity: 0 }, { concurrency: -1 }])('refuses %o', (options) => {
    expect(() => refine(inverter(), options)).toThrow(IrisflowError);
    expect(() => refine(inverter(), options)).toThrow(Object.keys(options)[0]);
  });
});
