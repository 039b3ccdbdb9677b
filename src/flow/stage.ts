/** The operator for asynchronous work that may be slower than its source, on which all others are built. */
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
  /** Values that are processed concurrently. Results always keep the order of the input. Default 1. */
  readonly concurrency?: number;
  /** Counts the values of this stage. Default: they are not counted. */
  readonly counts?: Counter;
  /** The {@link Flow} of a value, by which `block` pauses the source. Default `value.flow`, or else `value.frame.flow`. */
  readonly flowOf?: (value: T) => Flow | undefined;
  /**
   * What happens when `work` fails on a value. `throw` (default) fails the stream with that error. A function gets the error
   * and the value; it returns a substitute result, which counts as out, or `undefined`, which counts the value as failed. The
   * stream continues in both cases.
   */
  readonly onFailure?: 'throw' | ((error: unknown, value: T) => R | undefined);
}

/** Values that may wait (or `capacity`, if that is more) under `block` where the source has no {@link Flow}. */
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
 * - **concurrency**: at most `concurrency` calls of `work` run. A result that is ready before an earlier one is held back until
 *   the earlier one is emitted. Values that arrive meanwhile wait, and `overflow` decides what happens when too many wait.
 *   `block` pauses the source through the {@link Flow} of its values while `capacity` or more wait; values that the source
 *   still delivers wait too. A source without {@link Flow} cannot be paused: `block` then fails with `OVERFLOW` when more than
 *   {@link UNHELD_LIMIT} values (or `capacity`, if that is more) wait.
 * - **completion**: after the source has completed and the last waiting value has been processed.
 * - **error**: an error of the source is passed on immediately. An error of `work` (thrown or rejected) is passed on after the
 *   results before it, unless `onFailure` handles it. With the policy `error`, the stream fails with `OVERFLOW` when the queue is full.
 * - **unsubscribe** (and any error): the signal given to `work` is aborted, the source is released, and values that wait or
 *   are in work count as dropped.
 * - **memory**: at most `capacity + concurrency` values (with `block`, also the values that a paused source still delivers).
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
 * @throws {IrisflowError} `USAGE` for an option out of its range
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
      const heldFlows = new Set<Flow>();
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
        releaseSource();
      };

      const fail = (error: unknown) => {
        close();
        subscriber.error(error);
      };

      const releaseSource = () => {
        const flows = [...heldFlows];
        heldFlows.clear();
        for (const flow of flows) flow.release(owner);
      };

      const arrive = (value: T) => {
        counts.enter();
        // Delivering a result can make the source emit again before a waiting value was started, so waiting values start first.
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
          heldFlows.add(flow);
          flow.hold(owner);
        } else if (waiting.length > Math.max(capacity, UNHELD_LIMIT)) {
          fail(overflowError(`its source cannot be held and ${waiting.length} values wait`));
        }
      };

      const fill = () => {
        while (running.length < concurrency && waiting.length > 0) start(waiting.shift() as T);
        if (heldFlows.size > 0 && (running.length < concurrency || waiting.length < capacity)) releaseSource();
      };

      const start = (value: T) => {
        const job: Job<T, R> = { value };
        running.push(job);
        // The executor runs `work` synchronously and turns what it throws into a rejection.
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
      // `stopped` ends a source that emits synchronously, while there is no subscription to unsubscribe yet.
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
