/** Cuts a crop out of a frame, labels included. */
import type { Affine, Crop, CropKind, Frame } from '../frame.js';
import { invert } from './affine.js';
import { moveLabels } from './labels.js';
import { warp } from './warp.js';

/**
 * The part of `frame` that `toFrame` says, as a picture of `width` × `height`; what lies beyond the frame's edge is its
 * reflection. It keeps the frame's time, sequence, source and hold; the frame's target is cut alike.
 */
export function cutCrop(frame: Frame, kind: CropKind, toFrame: Affine, width: number, height: number): Crop {
  const cut = (data: Uint8Array) => warp({ ...frame, data }, toFrame, width, height);
  const pixels = { data: cut(frame.data), ...(frame.target && { target: cut(frame.target) }) };
  return describeCrop(frame, kind, toFrame, pixels, width, height);
}

/** A crop of `frame` whose pixels, and those of its target, are there already. */
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
