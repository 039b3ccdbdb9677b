/** Which square of a frame the network looks at: the whole frame, or around a face. */
import type { Face } from '../../frame.js';

/** A square in frame pixels. It may reach beyond the frame, where it is black. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** Sides of the tracked square, in sides of the face's box: what gave the steadiest and most accurate eyes at 128 pixels. */
const context = 1.75;
/** A face this far from where the square expects it, in box sides (and its size, in natural logarithms), is followed fully. */
const fullStep = 0.2;

/** The square around the centre of the frame, `zoom` times the longer side: 1 letterboxes the whole frame. */
export function wholeFrame({ width, height }: { readonly width: number; readonly height: number }, zoom = 1): Region {
  const side = Math.max(width, height) * zoom;
  return { x: (width - side) / 2, y: (height - side) / 2, side };
}

function around(x: number, y: number, side: number): Region {
  return { x: x - side / 2, y: y - side / 2, side };
}

/**
 * The square to look for a known face in.
 *
 * Where the face says which square it was found in, that one moves toward it: a twentieth of a box off by a quarter of the
 * way, a fifth or more by all of it. At rest the square then hardly moves, so the network sees the same picture and its
 * noise is not fed back (following exactly makes the eyes jitter three times more); in motion it goes with the face, so that the face stays
 * on the same pixels of the input (a square that moves in jumps makes the eyes jitter three times more there).
 */
export function regionAround({ box, region }: Pick<Face, 'box' | 'region'>): Region {
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  const side = Math.max(box.width, box.height) * context;
  if (!region) return around(x, y, side);
  const dx = x - (region.x + region.side / 2);
  const dy = y - (region.y + region.side / 2);
  const growth = Math.log(side / region.side);
  const step = Math.min(1, (Math.hypot(dx, dy) / region.side) * (context / fullStep));
  const steadySide = region.side * Math.exp(growth * Math.min(1, Math.abs(growth) / fullStep));
  return around(x - dx * (1 - step), y - dy * (1 - step), steadySide);
}
