/** Stores the detected faces of a frame in its labels. */
import { map, type OperatorFunction } from 'rxjs';
import type { DetectedFrame, Frame } from '../frame.js';

/**
 * Stores the boxes of each frame's faces as `labels.faces`, an empty list where there are none. `wholeFrames` and `augment` transform
 * the boxes with the picture, and `toPairs('face-box')` makes its targets from them.
 *
 * - **overlap**: none; each value is processed synchronously.
 * - **completion, error**: passed on from the source.
 * - **unsubscribe**: unsubscribes the source.
 * - **memory**: none; the emitted frame shares its pixels with the given one.
 *
 * @example
 * ```ts
 * import { openEngine } from 'irisflow/engine';
 * import { createFaceDetector } from 'irisflow/vision';
 * import { detectFaces, labelFaces, toPairs, wholeFrames } from 'irisflow/operators';
 * import { fromVideo } from 'irisflow/streams';
 * import { concatMap } from 'rxjs';
 *
 * const detector = await createFaceDetector(await openEngine());
 * fromVideo('face.mp4')
 *   .pipe(
 *     detectFaces(detector, { overflow: 'block' }),
 *     labelFaces(),
 *     wholeFrames({ width: 64 }),
 *     concatMap(({ crops }) => crops),
 *     toPairs('face-box'),
 *   )
 *   .subscribe(({ labels, target }) => console.log(labels?.faces?.[0], target?.length));
 * ```
 */
export function labelFaces(): OperatorFunction<DetectedFrame, Frame> {
  return map(({ frame, faces }) => ({ ...frame, labels: { ...frame.labels, faces: faces.map(({ box }) => box) } }));
}
