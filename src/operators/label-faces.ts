/** Turns faces that were found into a label of their frame. */
import { map, type OperatorFunction } from 'rxjs';
import type { DetectedFrame, Frame } from '../frame.js';

/**
 * Gives each frame the boxes of its faces as `labels.faces`, an empty list where there are none, so that they go wherever the picture
 * goes: `wholeFrames` and `augment` move them, and pairs of the kind `face-box` are made of them.
 *
 * - **overlap**: none, it works at once.
 * - **completion, error**: of the source, as they come.
 * - **unsubscribe**: unsubscribes the source.
 * - **memory**: the pixels are shared.
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
