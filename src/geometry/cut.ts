/** Cuts a crop out of a frame, with its target and labels. */
import type { Affine, Crop, CropKind, Frame } from '../frame.js';
import { invert } from './affine.js';
import { moveLabels } from './labels.js';
import { warp } from './warp.js';

/**
 * The crop of `width` × `height` pixels that `toFrame` maps into `frame`. Pixels beyond the frame's edge are mirrored at it. The
 * crop keeps the frame's time, sequence, source and flow; the frame's target is cut in the same way.
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
