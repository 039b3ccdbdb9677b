import fc from 'fast-check';
import { EMPTY, from, NEVER, Observable, of, range, Subject, take, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { Counter } from '../../src/flow/counter.js';
import { createFlow } from '../../src/flow/hold.js';
import type { Overflow } from '../../src/flow/overflow.js';
import { stage, UNHELD_LIMIT } from '../../src/flow/stage.js';
import type { Flow } from '../../src/frame.js';

/** Work that settles when the test says so. */
function manual<T>() {
  const jobs: {
    value: T;
    signal: AbortSignal;
    done(result?: T): Promise<void>;
    fail(error: unknown): Promise<void>;
  }[] = [];
  const work = (value: T, signal: AbortSignal) =>
    new Promise<T>((resolve, reject) => {
      const flush = () => new Promise<void>((next) => setImmediate(next));
      jobs.push({
        value,
        signal,
        done(result = value) {
          resolve(result);
          return flush();
        },
        fail(error) {
          reject(error);
          return flush();
        },
      });
    });
  return { jobs, work };
}

function record<T>(observable: Observable<T>) {
  const seen = { values: [] as T[], error: undefined as unknown, completed: false };
  const subscription = observable.subscribe({
    next: (value) => seen.values.push(value),
    error: (error) => {
      seen.error = error;
    },
    complete: () => {
      seen.completed = true;
    },
  });
  return { seen, subscription };
}

function holds(counts: Counter) {
  const { in: entered, out, dropped, failed, inFlight } = counts.snapshot();
  expect(entered).toBe(out + dropped + failed + inFlight);
  expect(inFlight).toBeGreaterThanOrEqual(0);
}

describe('stage: the shape of a source', () => {
  const noWork = async (value: number) => value;

  it('completes on an empty source', () => {
    expect(record(EMPTY.pipe(stage(noWork))).seen).toMatchObject({ values: [], completed: true });
  });

  it('emits nothing for a source that never emits, and unsubscribes from it', () => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
    scheduler.run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold<number>('-');
      expectObservable(source.pipe(stage(noWork)), '---!').toBe('-');
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
    const { seen, subscription } = record(NEVER.pipe(stage(noWork)));
    subscription.unsubscribe();
    expect(seen).toMatchObject({ values: [], completed: false });
  });

  it('processes the first and the newest value of a synchronous source', async () => {
    const counts = new Counter();
    const { seen } = record(range(0, 1000).pipe(stage(noWork, { counts })));
    await vi.waitFor(() => expect(seen.completed).toBe(true));
    expect(seen.values).toEqual([0, 999]);
    expect(counts.snapshot()).toEqual({ in: 1000, out: 2, dropped: 998, failed: 0, inFlight: 0 });
  });

  it('passes an error of the source at once and drops the waiting values', () => {
    const counts = new Counter();
    const { jobs, work } = manual<number>();
    const source = new Subject<number>();
    const { seen } = record(source.pipe(stage(work, { counts })));
    source.next(1);
    source.next(2);
    source.error(new Error('gone'));
    expect(seen.error).toEqual(new Error('gone'));
    expect(jobs[0]?.signal.aborted).toBe(true);
    expect(counts.snapshot()).toEqual({ in: 2, out: 0, dropped: 2, failed: 0, inFlight: 0 });
    expect(record(throwError(() => new Error('at once')).pipe(stage(noWork))).seen.error).toEqual(new Error('at once'));
  });

  it('completes only after the waiting values are processed', async () => {
    const { jobs, work } = manual<number>();
    const { seen } = record(of(1, 2).pipe(stage(work)));
    await jobs[0]?.done();
    expect(seen).toMatchObject({ values: [1], completed: false });
    await jobs[1]?.done();
    expect(seen).toMatchObject({ values: [1, 2], completed: true });
  });

  it('unsubscribes its source, aborts its work and counts the rest as dropped on unsubscribe', async () => {
    const counts = new Counter();
    const { jobs, work } = manual<number>();
    const source = new Subject<number>();
    const { seen, subscription } = record(source.pipe(stage(work, { counts, overflow: 'drop-oldest' })));
    for (let i = 0; i < 4; i++) source.next(i);
    subscription.unsubscribe();
    expect(source.observed).toBe(false);
    expect(jobs).toHaveLength(1);
    expect(jobs[0]?.signal.aborted).toBe(true);
    expect(counts.snapshot()).toEqual({ in: 4, out: 0, dropped: 4, failed: 0, inFlight: 0 });
    await jobs[0]?.done();
    expect(seen.values).toEqual([]);
    expect(counts.snapshot()).toEqual({ in: 4, out: 0, dropped: 4, failed: 0, inFlight: 0 });
  });

  it('ends with take(1) without starting another value', async () => {
    const { jobs, work } = manual<number>();
    const source = new Subject<number>();
    const { seen } = record(source.pipe(stage(work), take(1)));
    source.next(1);
    source.next(2);
    await jobs[0]?.done();
    expect(seen).toMatchObject({ values: [1], completed: true });
    expect(jobs).toHaveLength(1);
    expect(source.observed).toBe(false);
  });

  it('stops a synchronous source that overflows', () => {
    let emitted = 0;
    const endless = new Observable<number>((subscriber) => {
      while (!subscriber.closed && emitted < 1e4) subscriber.next(emitted++);
    });
    const { seen } = record(endless.pipe(stage(() => new Promise<number>(() => undefined), { overflow: 'error' })));
    expect(seen.error).toMatchObject({ code: 'OVERFLOW' });
    expect(emitted).toBe(6);
  });
});

describe('stage: order and failure', () => {
  it('keeps the order of the input at any concurrency', async () => {
    const { jobs, work } = manual<number>();
    const { seen } = record(range(0, 3).pipe(stage(work, { concurrency: 3, overflow: 'block' })));
    expect(jobs).toHaveLength(3);
    await jobs[2]?.done();
    await jobs[1]?.done();
    expect(seen.values).toEqual([]);
    await jobs[0]?.done();
    expect(seen).toMatchObject({ values: [0, 1, 2], completed: true });
  });

  it('fails when work does, after the results before it', async () => {
    const counts = new Counter();
    const { jobs, work } = manual<number>();
    const { seen } = record(from([0, 1, 2, 3]).pipe(stage(work, { concurrency: 2, overflow: 'block', counts })));
    await jobs[1]?.fail(new Error('one'));
    expect(seen.error).toBeUndefined();
    await jobs[0]?.done();
    expect(seen).toMatchObject({ values: [0], error: new Error('one') });
    expect(counts.snapshot()).toEqual({ in: 4, out: 1, dropped: 2, failed: 1, inFlight: 0 });
  });

  it('treats a synchronous throw of work like a rejection', async () => {
    const { seen } = record(
      of(1).pipe(
        stage((): Promise<number> => {
          throw new Error('thrown');
        }),
      ),
    );
    await vi.waitFor(() => expect(seen.error).toEqual(new Error('thrown')));
  });

  it('counts a failing value, or emits a substitute result, and continues', async () => {
    const counts = new Counter();
    const work = async (value: number) => {
      if (value < 2) throw new Error(`no ${value}`);
      return value;
    };
    const failures: string[] = [];
    const onFailure = (error: unknown, value: number) => {
      failures.push((error as Error).message);
      return value === 0 ? -1 : undefined;
    };
    const { seen } = record(range(0, 3).pipe(stage(work, { overflow: 'block', counts, onFailure })));
    await vi.waitFor(() => expect(seen.completed).toBe(true));
    expect(seen.values).toEqual([-1, 2]);
    expect(failures).toEqual(['no 0', 'no 1']);
    expect(counts.snapshot()).toEqual({ in: 3, out: 2, dropped: 0, failed: 1, inFlight: 0 });
  });

  it('fails with the error of onFailure itself', async () => {
    const failing = {
      onFailure: () => {
        throw new Error('worse');
      },
    };
    const { seen } = record(of(1).pipe(stage(() => Promise.reject(new Error('bad')), failing)));
    await vi.waitFor(() => expect(seen.error).toEqual(new Error('worse')));
  });

  it.each([
    ['overflow', { overflow: 'newest' as Overflow }],
    ['capacity', { capacity: 0 }],
    ['capacity', { capacity: 2, overflow: 'latest' as const }],
    ['concurrency', { concurrency: 1.5 }],
  ])('refuses a wrong %s', (name, options) => {
    expect(() => stage(async (n: number) => n, options)).toThrow(IrisflowError);
    expect(() => stage(async (n: number) => n, options)).toThrow(name);
  });
});

describe('stage: a source that emits while a result is delivered', () => {
  it('starts waiting values first', async () => {
    const { jobs, work } = manual<number>();
    const source = new Subject<number>();
    const values: number[] = [];
    source.pipe(stage(work, { overflow: 'drop-oldest' })).subscribe((value) => {
      values.push(value);
      if (value === 0) source.next(2);
    });
    source.next(0);
    source.next(1);
    await jobs[0]?.done();
    await jobs[1]?.done();
    await jobs[2]?.done();
    expect(values).toEqual([0, 1, 2]);
  });
});

describe('stage: latency cannot grow (R2)', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('keeps one pending and the age below its work plus one period, over 10^4 frames at five times the load', async () => {
    const [period, cost, frames] = [20, 100, 10_000];
    const counts = new Counter();
    const source = new Subject<{ born: number }>();
    const ages: number[] = [];
    source
      .pipe(stage((frame) => new Promise<typeof frame>((resolve) => setTimeout(resolve, cost, frame)), { counts }))
      .subscribe((frame) => ages.push(Date.now() - frame.born));
    let mostInFlight = 0;
    for (let i = 0; i < frames; i++) {
      source.next({ born: Date.now() });
      mostInFlight = Math.max(mostInFlight, counts.inFlight);
      await vi.advanceTimersByTimeAsync(period);
      holds(counts);
    }
    expect(mostInFlight).toBe(2);
    expect(Math.max(...ages)).toBeLessThanOrEqual(cost + period);
    expect(ages.length).toBeGreaterThanOrEqual(frames / 5 - 1);
  });
});

describe('stage: exact accounting (R3)', () => {
  const policies: Overflow[] = ['latest', 'drop-oldest', 'drop-newest', 'block', 'error'];

  it.each(policies)('holds at every step with %s', async (overflow) => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant('arrive' as const) },
      { weight: 4, arbitrary: fc.record({ settle: fc.nat(3), fails: fc.boolean() }) },
      { weight: 1, arbitrary: fc.constantFrom('complete' as const, 'error' as const, 'unsubscribe' as const) },
    );
    const property = fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      async (steps, concurrency, capacity, tolerant) => {
        const counts = new Counter();
        const { jobs, work } = manual<number>();
        const source = new Subject<number>();
        const limit = overflow === 'latest' ? 1 : capacity;
        const seen: number[] = [];
        const end = { error: false, completed: false };
        const onFailure = tolerant ? (_: unknown, value: number) => (value % 2 ? value : undefined) : 'throw';
        const check = () => {
          holds(counts);
          expect(counts.out).toBe(seen.length);
          if (overflow !== 'block') expect(counts.inFlight).toBeLessThanOrEqual(concurrency + limit);
          if (overflow === 'block' && !end.error && !stopped) expect(counts.dropped).toBe(0);
        };
        let stopped = false;
        let sourceEnded = false;
        const subscription = source
          .pipe(stage(work, { overflow, capacity: limit, concurrency, counts, onFailure }))
          .subscribe({
            next: (value) => {
              seen.push(value);
              check();
            },
            error: () => {
              end.error = true;
              check();
              expect(counts.inFlight).toBe(0);
            },
            complete: () => {
              end.completed = true;
            },
          });
        const settled = new Set<number>();
        let emitted = 0;
        for (const action of steps) {
          if (action === 'arrive') {
            const live = source.observed;
            source.next(emitted);
            if (live) emitted++;
            expect(counts.in).toBe(emitted);
          } else if (action === 'complete') {
            sourceEnded = true;
            source.complete();
          } else if (action === 'error') source.error(new Error('source'));
          else if (action === 'unsubscribe') {
            stopped = true;
            subscription.unsubscribe();
          } else {
            const open = jobs.map((_, i) => i).filter((i) => !settled.has(i));
            const index = open[action.settle % Math.max(1, open.length)];
            if (index !== undefined) {
              settled.add(index);
              await (action.fails ? jobs[index]?.fail(new Error('work')) : jobs[index]?.done());
            }
          }
          check();
          if (end.error || end.completed || stopped) expect(counts.inFlight).toBe(0);
          if (end.completed) expect(sourceEnded).toBe(true);
        }
        expect(seen).toEqual([...seen].sort((a, b) => a - b));
        subscription.unsubscribe();
        expect(counts.inFlight).toBe(0);
        expect(source.observed).toBe(false);
        for (const job of jobs) if (!settled.has(jobs.indexOf(job))) expect(job.signal.aborted).toBe(true);
        holds(counts);
      },
    );
    await fc.assert(property, { numRuns: 60, seed: 7 });
  });
});

describe('stage: block loses nothing (R4)', () => {
  /** A file that reads synchronously while it is not held; `late` more frames may follow after a hold. */
  function file(frames: number, late = 1) {
    const events = { held: 0, released: 0, stopped: false };
    const source = new Observable<{ id: number; flow: Flow }>((subscriber) => {
      let next = 0;
      let isHeld = false;
      let reading = false;
      const emit = () => subscriber.next({ id: next++, flow });
      const read = () => {
        if (reading) return;
        reading = true;
        while (!isHeld && next < frames && !subscriber.closed) emit();
        reading = false;
        if (next >= frames) subscriber.complete();
      };
      const flow = createFlow(
        () => {
          isHeld = true;
          events.held++;
          for (let i = 0; i < late && next < frames; i++) emit();
        },
        () => {
          isHeld = false;
          events.released++;
          read();
        },
      );
      read();
      return () => {
        events.stopped = true;
      };
    });
    return { source, events };
  }

  it.each([
    [1, 1, 0],
    [1, 4, 1],
    [3, 2, 2],
  ])('N in, N out, in order (concurrency %i, capacity %i, %i late)', async (concurrency, capacity, late) => {
    const counts = new Counter();
    const { source, events } = file(500, late);
    let most = 0;
    const work = async ({ id }: { id: number }) => {
      for (let i = 0; i < (id * 7) % 5; i++) await Promise.resolve();
      return id;
    };
    const watched = new Observable<{ id: number; flow: Flow }>((subscriber) =>
      source.subscribe({
        next: (frame) => {
          subscriber.next(frame);
          most = Math.max(most, counts.inFlight);
        },
        complete: () => subscriber.complete(),
      }),
    );
    const { seen } = record(watched.pipe(stage(work, { overflow: 'block', concurrency, capacity, counts })));
    await vi.waitFor(() => expect(seen.completed).toBe(true));
    expect(seen.values).toEqual(Array.from({ length: 500 }, (_, i) => i));
    expect(counts.snapshot()).toEqual({ in: 500, out: 500, dropped: 0, failed: 0, inFlight: 0 });
    expect(most).toBe(concurrency + capacity + late);
    expect(events.held).toBeGreaterThan(0);
    expect(events.released).toBe(events.held);
  });

  it('with capacity 0 holds the source while it works, and lets it go before the result of the last is followed by another', async () => {
    const { jobs, work } = manual<{ n: number; flow: Flow }>();
    const held: boolean[] = [];
    const source = new Subject<{ n: number; flow: Flow }>();
    const flow = createFlow(
      () => held.push(true),
      () => held.push(false),
    );
    const counts = new Counter();
    const { seen, subscription } = record(source.pipe(stage(work, { overflow: 'block', capacity: 0, counts })));
    source.next({ n: 1, flow });
    expect([held, counts.inFlight]).toEqual([[true], 1]);
    source.next({ n: 2, flow });
    await jobs[0]?.done();
    expect([held, jobs.length]).toEqual([[true], 2]);
    await jobs[1]?.done();
    expect([held, seen.values.map(({ n }) => n)]).toEqual([
      [true, false],
      [1, 2],
    ]);
    source.next({ n: 3, flow });
    subscription.unsubscribe();
    expect(held).toEqual([true, false, true, false]);
    holds(counts);
  });

  it('finds the hold of a frame inside the value, and releases it on unsubscribe', () => {
    const { source, events } = file(100);
    const wrapped = new Observable<{ frame: { id: number; flow: Flow } }>((subscriber) =>
      source.subscribe((frame) => subscriber.next({ frame })),
    );
    const { subscription } = record(
      wrapped.pipe(stage(() => new Promise<number>(() => undefined), { overflow: 'block' })),
    );
    expect(events).toEqual({ held: 1, released: 0, stopped: false });
    subscription.unsubscribe();
    expect(events).toEqual({ held: 1, released: 1, stopped: true });
  });

  it('fails on a source that cannot be held when too many values wait, and not before', async () => {
    const never = () => new Promise<number>(() => undefined);
    const fits = record(range(0, UNHELD_LIMIT + 1).pipe(stage(never, { overflow: 'block' })));
    expect(fits.seen.error).toBeUndefined();
    const over = record(range(0, UNHELD_LIMIT + 2).pipe(stage(never, { overflow: 'block' })));
    expect(over.seen.error).toMatchObject({ code: 'OVERFLOW' });
    const raised = record(
      range(0, UNHELD_LIMIT + 2).pipe(stage(never, { overflow: 'block', capacity: UNHELD_LIMIT + 1 })),
    );
    expect(raised.seen.error).toBeUndefined();
    for (const { subscription } of [fits, raised]) subscription.unsubscribe();
  });
});
