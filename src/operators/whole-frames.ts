/** Uses whole frames as crops, for sources whose frames are crops already, such as a folder of eye pictures. */
import { map, type OperatorFunction } from 'rxjs';
import { integerOption } from '../flow/options.js';
import type { CroppedFrame, Frame } from '../frame.js';
import { IDENTITY } from '../geometry/affine.js';
import { cutCrop, describeCrop } from '../geometry/cut.js';

/** Options of {@link wholeFrames}. */
export interface WholeFramesOptions {
  /** Width of the crop in pixels. Default 64. */
  readonly width?: number;
  /** Height of the crop in pixels. Default: as the width. */
  readonly height?: number;
}

/**
 * Adds to each frame one crop of kind `whole` that shows all of it. A frame of another size is resized (stretched where its aspect
 * ratio differs); a frame of the right size shares its bytes with its crop. Labels are transformed with the picture.
 *
 * - **overlap**: none; each value is processed synchronously.
 * - **completion, error**: passed on from the source.
 * - **unsubscribe**: unsubscribes the source.
 * - **memory**: a resized copy, or none.
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { wholeFrames } from 'irisflow/operators';
 *
 * const frame = { data: new Uint8Array(120 * 80 * 3), width: 120, height: 80, time: 0, sequence: 0, source: 'eyes' };
 * of(frame).pipe(wholeFrames({ width: 64 })).subscribe(({ crops }) => console.log(crops[0]?.width, crops[0]?.height));
 * ```
 *
 * @throws IrisflowError `USAGE` for an option out of its range
 */
export function wholeFrames(options: WholeFramesOptions = {}): OperatorFunction<Frame, CroppedFrame> {
  const width = integerOption('width', options.width ?? 64, 1, 4096);
  const height = integerOption('height', options.height ?? width, 1, 4096);
  return map((frame) => {
    const fits = frame.width === width && frame.height === height;
    const crop = fits
      ? describeCrop(frame, 'whole', IDENTITY, frame, width, height)
      : cutCrop(frame, 'whole', [frame.width / width, 0, 0, 0, frame.height / height, 0], width, height);
    return { frame, crops: [crop] };
  });
}
