/** Cuts a crop out of a frame, with its target and labels. */
import type { Affine, Crop, CropKind, Frame } from '../frame.js';
import { invert } from './affine.js';
import { moveLabels } from './labels.js';
import { warp } from './warp.js';

/**
 * Cuts one crop of `width` × `height` pixels out of a frame. It is read bilinearly; where it shrinks the frame by more than 1.6, the
 * mean of several places is taken. What lies beyond the frame's edge is the frame's reflection. The crop keeps the frame's time,
 * sequence, source and hold. Labels move with the picture, and the frame's target is cut alike.
 *
 * An operator that cuts crops of its own returns `{ frame, crops }`, which `refine` and `pasteBack` take. `cropRegion` is such an
 * operator for regions that a centre, a size and an angle describe.
 *
 * @param kind names what the crop shows
 * @param toFrame maps crop pixels to frame pixels; `pasteBack` uses it for the way back
 * @param width in pixels, a whole number of at least 1
 * @param height in pixels, a whole number of at least 1
 * @example
 * ```ts
 * import { map, of } from 'rxjs';
 * import { cutCrop, pasteBack } from 'irisflow/operators';
 *
 * const frame = { data: new Uint8Array(640 * 480 * 3), width: 640, height: 480, time: 0, sequence: 0, source: 'black' };
 * of(frame)
 *   .pipe(
 *     // The left upper quarter at half its size.
 *     map((frame) => ({ frame, crops: [cutCrop(frame, 'corner', [2, 0, 0, 0, 2, 0], 160, 120)] })),
 *     map(({ frame, crops }) => ({ frame, crops, refinedCrops: crops, version: 0 })),
 *     pasteBack(),
 *   )
 *   .subscribe(({ width, height }) => console.log(width, height));
 * ```
 */
export function cutCrop(frame: Frame, kind: CropKind, toFrame: Affine, width: number, height: number): Crop {
  const cut = (data: Uint8Array) => warp({ ...frame, data }, toFrame, width, height);
  const pixels = { data: cut(frame.data), ...(frame.target && { target: cut(frame.target) }) };
  return describeCrop(frame, kind, toFrame, pixels, width, height);
}

/** A crop of `frame` from pixels (and target pixels) that have been cut already. */
export function describeCrop(
  frame: Frame,
  kind: CropKind,
  toFrame: Affine,
  { data, target }: Pick<Frame, 'data' | 'target'>,
  width: number,
  height: number,
): Crop {
  const { time, sequence, source, flow } = frame;
  const toCrop = invert(toFrame);
  const labels = frame.labels && toCrop && moveLabels(frame.labels, toCrop, width, height);
  return {
    data,
    width,
    height,
    time,
    sequence,
    source,
    kind,
    toFrame,
    ...(labels && { labels }),
    ...(target && { target }),
    ...(flow && { flow }),
  };
}
