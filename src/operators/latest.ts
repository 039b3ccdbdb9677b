/** Runs slow asynchronous work on the newest value of a fast source. */
import type { OperatorFunction } from 'rxjs';
import { type StageOptions, stage } from '../flow/stage.js';

/** Options of {@link latest}: those of {@link StageOptions} that do not concern the queue. */
export type LatestOptions<T, R> = Pick<StageOptions<T, R>, 'concurrency' | 'counts' | 'onFailure'>;

/**
 * Runs `work` on the newest value of a fast source: while `work` is busy at most one value waits, and a newer one replaces
 * it. It is {@link stage} with the overflow policy `latest`; the other policies are `stage(work, { overflow })`.
 *
 *     source  0 1 2 3 4 5 6 7 8 9
 *     work    [0······][3······][6······]          1, 2, 4, 5 … are dropped and counted
 *
 * - **overlap**: one call of `work` at a time (or `concurrency`). When it settles, the newest value that arrived meanwhile
 *   starts at once, so a result is never older than the time that its work took plus one period of the source.
 * - **completion**: after the source completed and the value that waited, if any, was processed.
 * - **error**: of the source at once; of `work` as `onFailure` says (default: the stream fails).
 * - **unsubscribe**: aborts the signal passed to `work`; values that waited or were in work count as dropped.
 * - **memory**: one waiting value and `concurrency` in work.
 *
 * @example
 * ```ts
 * import { interval } from 'rxjs';
 * import { latest } from 'irisflow/operators';
 *
 * const slow = async (n: number) => {
 *   await new Promise((resolve) => setTimeout(resolve, 100));
 *   return n;
 * };
 * interval(20).pipe(latest(slow)).subscribe((n) => console.log(n));
 * ```
 */
export function latest<T, R>(
  work: (value: T, signal: AbortSignal) => Promise<R>,
  options: LatestOptions<T, R> = {},
): OperatorFunction<T, R> {
  return stage(work, { ...options, overflow: 'latest' });
}
