/** The square of a frame that the network gets: the whole frame, or the surroundings of a face. */
import type { Face } from '../../frame.js';

/** A square in frame pixels. It may extend beyond the frame, where it is black. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** Side of the tracked square relative to the face's box. This value gave the most stable and accurate eyes at 128 pixels. */
const context = 1.75;
/** Displacement in box sides (and change of size in natural logarithms) from which on the square follows the face fully. */
const fullStep = 0.2;

/** The square around the frame's centre with a side of `zoom` times the longer side; 1 letterboxes the whole frame. */
export function wholeFrame({ width, height }: { readonly width: number; readonly height: number }, zoom = 1): Region {
  const side = Math.max(width, height) * zoom;
  return { x: (width - side) / 2, y: (height - side) / 2, side };
}

function around(x: number, y: number, side: number): Region {
  return { x: x - side / 2, y: y - side / 2, side };
}

/**
 * The square in which to search for a known face.
 *
 * Where the face has the square in which it was found, that square is moved toward the face: by a quarter of the distance if this is
 * a twentieth of the box, and by all of it from a fifth on. At rest the square then hardly moves, so that the network gets the same
 * picture and its noise is not fed back; following exactly triples the jitter of the eyes. In motion the square follows the face, which
 * stays on the same pixels of the input; a square that moves in jumps triples the jitter then.
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
  const smoothedSide = region.side * Math.exp(growth * Math.min(1, Math.abs(growth) / fullStep));
  return around(x - dx * (1 - step), y - dy * (1 - step), smoothedSide);
}
