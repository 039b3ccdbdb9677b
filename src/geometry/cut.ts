/** Cuts a crop out of a frame, labels included. */
import type { Affine, Crop, CropKind, Frame } from '../frame.js';
import { invert } from './affine.js';
import { moveLabels } from './labels.js';
import { warp } from './warp.js';

/**
 * The part of `frame` that `toFrame` says, as a picture of `width` × `height`; what lies beyond the frame's edge is its
 * reflection. It keeps the frame's time, sequence, source and hold.
 */
export function cutCrop(frame: Frame, kind: CropKind, toFrame: Affine, width: number, height: number): Crop {
  const data = warp(frame, toFrame, width, height);
  return describeCrop(frame, kind, toFrame, data, width, height);
}

/** A crop of `frame` whose pixels are there already. */
export function describeCrop(
  frame: Frame,
  kind: CropKind,
  toFrame: Affine,
  data: Uint8Array,
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
    ...(flow && { flow }),
  };
}
