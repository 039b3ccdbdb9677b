/** A picture with a hole that a network learns to fill. */
import type { Picture } from '../../geometry/warp.js';

/** Byte value in the hole: 0 in [−1, 1]. */
const FILL = 128;

/**
 * Copies the picture and puts a grey hole in its middle, half as wide and half as high (Pathak et al., "Context Encoders", CVPR 2016).
 * The result is RGB bytes.
 */
export function mask({ data, width, height }: Picture): Uint8Array {
  const out = data.slice();
  const [left, right] = middle(width);
  const [top, bottom] = middle(height);
  for (let y = top; y < bottom; y++) out.fill(FILL, (y * width + left) * 3, (y * width + right) * 3);
  return out;
}

function middle(length: number): readonly [from: number, to: number] {
  const from = length >> 2;
  return [from, length - from];
}
