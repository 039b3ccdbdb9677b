/** The one primitive for asynchronous work that may be slower than its source. */
import { Observable, type OperatorFunction, Subject, takeUntil } from 'rxjs';
import { IrisflowError } from '../errors.js';
import type { Flow } from '../frame.js';
import { Counter } from './counter.js';
import { choiceOption, integerOption } from './options.js';
import type { Overflow } from './overflow.js';

/** Options of {@link stage}, and of every operator and sink that can be slower than its source. */
export interface StageOptions<T, R> {
  /** What happens to values that arrive while all workers are busy. Default `latest`. */
  readonly overflow?: Overflow;
  /**
   * How many values may wait, besides those being worked on. Default 4; always 1 for `latest`. 0, for `block` only, holds the source while
   * the work is busy, so that nothing waits.
   */
  readonly capacity?: number;
  /** How many values are worked on at once. Results keep the order of the input whatever this is. Default 1. */
  readonly concurrency?: number;
  /** Counts what happens here. Default: nobody looks. */
  readonly counts?: Counter;
  /** Where `block` finds the hold on the source. Default `value.flow`, or else `value.frame.flow`. */
  readonly flowOf?: (value: T) => Flow | undefined;
  /**
   * What happens when `work` fails on a value. `throw` (default) fails the stream with that error. A function is told of it
   * and gives a result to put in its place, which counts as out, or `undefined`: the value then counts as failed, and the
   * stream goes on.
   */
  readonly onFailure?: 'throw' | ((error: unknown, value: T) => R | undefined);
}

/** With `block` and a source without {@link Flow}, this many values (or `capacity`, if that is more) may wait. */
export const UNHELD_LIMIT = 256;

const POLICIES: readonly Overflow[] = ['latest', 'drop-oldest', 'drop-newest', 'block', 'error'];

interface Job<T, R> {
  readonly value: T;
  outcome?: { readonly result: R } | { readonly error: unknown };
}

/**
 * Does asynchronous work on each value and emits the results in the order of the values.
 *
 *     source ──▶ [ waiting: capacity, overflow ] ──▶ [ work: concurrency ] ──▶ results, in order
 *
 * - **overlap**: at most `concurrency` calls of `work` run; a result that is ready before an earlier one waits for it and
 *   keeps its place. What arrives meanwhile waits, and `overflow` decides what happens when too much waits. `block` holds the
 *   source through the {@link Flow} that its values carry while `capacity` or more wait; what it still delivers waits too.
 *   A source whose values carry none cannot be held: `block` then fails with `OVERFLOW` when more than {@link UNHELD_LIMIT}
 *   values (or `capacity`, if that is more) wait.
 * - **completion**: after the source completed and the last waiting value was worked on.
 * - **error**: an error of the source passes at once. An error of `work` (thrown or rejected) passes when the results before
 *   it are out, unless `onFailure` takes it. With `error`, `OVERFLOW` passes when a value finds no room.
 * - **unsubscribe** (and any error): the signal given to `work` is aborted, the source is let go, and what was waiting or
 *   being worked on counts as dropped.
 * - **memory**: `capacity + concurrency` values at most (with `block`, also what a held source still delivers).
 *
 * @example
 * ```ts
 * import { interval } from 'rxjs';
 * import { Counter, stage } from 'irisflow/operators';
 *
 * const counts = new Counter();
 * const slow = async (n: number) => {
 *   await new Promise((resolve) => setTimeout(resolve, 100));
 *   return n;
 * };
 * interval(20).pipe(stage(slow, { overflow: 'latest', counts })).subscribe((n) => console.log(n, counts.snapshot()));
 * ```
 *
 * @throws IrisflowError `USAGE` for an option out of its range
 */
export function stage<T, R>(
  work: (value: T, signal: AbortSignal) => Promise<R>,
  options: StageOptions<T, R> = {},
): OperatorFunction<T, R> {
  const overflow = choiceOption('overflow', options.overflow ?? 'latest', POLICIES);
  const most = overflow === 'latest' ? 1 : Number.POSITIVE_INFINITY;
  const capacity = integerOption('capacity', options.capacity ?? Math.min(4, most), overflow === 'block' ? 0 : 1, most);
  const concurrency = integerOption('concurrency', options.concurrency ?? 1, 1);
  const { flowOf = carriedFlow, onFailure = 'throw' } = options;

  return (source) =>
    new Observable<R>((subscriber) => {
      const counts = options.counts ?? new Counter();
      const abort = new AbortController();
      const stopped = new Subject<void>();
      const owner = {};
      const held = new Set<Flow>();
      const waiting: T[] = [];
      const running: Job<T, R>[] = [];
      let closed = false;
      let sourceDone = false;

      const close = () => {
        closed = true;
        counts.drop(waiting.length + running.length);
        waiting.length = 0;
        running.length = 0;
        stopped.next();
        abort.abort();
        letGo();
      };

      const fail = (error: unknown) => {
        close();
        subscriber.error(error);
      };

      const letGo = () => {
        const flows = [...held];
        held.clear();
        for (const flow of flows) flow.release(owner);
      };

      const arrive = (value: T) => {
        counts.enter();
        // A result being delivered can make the source emit before the free place was given to who waits: they go first.
        fill();
        if (closed) return;
        if (running.length < concurrency) {
          start(value);
          if (capacity === 0 && running.length >= concurrency) holdSource(value);
          return;
        }
        if (overflow === 'drop-newest' && waiting.length >= capacity) {
          counts.drop();
          return;
        }
        waiting.push(value);
        if (overflow === 'block') holdSource(value);
        else if (waiting.length > capacity) {
          if (overflow === 'error') fail(overflowError(`${capacity} values were waiting already`));
          else {
            waiting.shift();
            counts.drop();
          }
        }
      };

      const holdSource = (value: T) => {
        if (waiting.length < capacity) return;
        let flow: Flow | undefined;
        try {
          flow = flowOf(value);
        } catch (error) {
          fail(error);
          return;
        }
        if (flow) {
          held.add(flow);
          flow.hold(owner);
        } else if (waiting.length > Math.max(capacity, UNHELD_LIMIT)) {
          fail(overflowError(`its source cannot be held and ${waiting.length} values wait`));
        }
      };

      const fill = () => {
        while (running.length < concurrency && waiting.length > 0) start(waiting.shift() as T);
        if (held.size > 0 && (running.length < concurrency || waiting.length < capacity)) letGo();
      };

      const start = (value: T) => {
        const job: Job<T, R> = { value };
        running.push(job);
        // Not an async function: `work` starts now, and what it throws at once is a rejection like any other.
        new Promise<R>((resolve) => resolve(work(value, abort.signal))).then(
          (result) => settle(job, { result }),
          (error: unknown) => settle(job, { error }),
        );
      };

      const settle = (job: Job<T, R>, outcome: NonNullable<Job<T, R>['outcome']>) => {
        job.outcome = outcome;
        while (!closed && running[0]?.outcome !== undefined) {
          deliver(running.shift() as Job<T, R>);
          if (!closed) fill();
        }
        if (!closed && sourceDone && running.length === 0) complete();
      };

      const deliver = ({ value, outcome }: Job<T, R>) => {
        if (outcome === undefined) return;
        if ('result' in outcome) {
          counts.leave();
          subscriber.next(outcome.result);
          return;
        }
        let substitute: R | undefined;
        try {
          if (onFailure === 'throw') throw outcome.error;
          substitute = onFailure(outcome.error, value);
        } catch (error) {
          counts.fail();
          fail(error);
          return;
        }
        if (substitute === undefined) counts.fail();
        else {
          counts.leave();
          subscriber.next(substitute);
        }
      };

      const complete = () => {
        close();
        subscriber.complete();
      };

      subscriber.add(close);
      // `stopped` ends a source that emits synchronously, before there is a subscription to end.
      source.pipe(takeUntil(stopped)).subscribe({
        next: arrive,
        error: fail,
        complete: () => {
          if (closed) return;
          sourceDone = true;
          if (running.length === 0 && waiting.length === 0) complete();
        },
      });
    });
}

function overflowError(what: string): IrisflowError {
  return new IrisflowError(
    'OVERFLOW',
    `a stage has no room for another value: ${what}. Make the work faster, raise capacity, or choose another overflow policy`,
  );
}

function carriedFlow(value: unknown): Flow | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { flow, frame } = value as { flow?: Flow; frame?: { flow?: Flow } };
  return flow ?? frame?.flow;
}
