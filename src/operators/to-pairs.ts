/** Makes a training pair from each picture. */
import { mergeMap, type OperatorFunction } from 'rxjs';
import { type Paired, type PairKind, type PairName, pairKind, pairOf } from '../data/pairs/pair-kinds.js';
import type { Frame } from '../frame.js';

/**
 * Makes a training pair from each frame or crop: its `data` becomes the network's input, its `target` the output that the network is to
 * learn (see `PAIRS`). A frame that lacks the label that the kind of pair needs is dropped.
 *
 * - **overlap**: none; each value is processed synchronously: less than 0.3 ms for 64 × 64.
 * - **completion, error**: passed on from the source.
 * - **unsubscribe**: unsubscribes the source.
 * - **memory**: one new picture for each input picture, which is not modified.
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { toPairs } from 'irisflow/operators';
 *
 * const eye = { data: new Uint8Array(64 * 64 * 3), width: 64, height: 64, time: 0, sequence: 0, source: 'eyes' };
 * of(eye).pipe(toPairs('edges')).subscribe(({ data, target }) => console.log(data.length, target?.length));
 * ```
 *
 * @throws IrisflowError `USAGE` for an unknown kind, at the call
 */
export function toPairs<T extends Frame>(kind: PairName | PairKind): OperatorFunction<T, Paired<T>> {
  const known = typeof kind === 'string' ? pairKind(kind) : kind;
  return mergeMap((crop) => {
    const pair = pairOf(known, crop);
    return pair ? [pair] : [];
  });
}
