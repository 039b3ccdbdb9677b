/** A picture out of focus. */
import type { Picture } from '../../geometry/warp.js';

/** Standard deviation as a share of the shorter side: 2.7 pixels of 64. */
const DEVIATION = 1 / 24;
/** Number of running means, one after the other, that approximate a Gaussian. */
const PASSES = 3;

/** Buffer between two passes. It is reused for every picture, so that only the result is allocated. */
let between = new Uint8Array();

/**
 * The picture blurred with a Gaussian whose standard deviation is a 24th of the shorter side, as RGB bytes: three running means along
 * each axis (Kovesi, "Fast Almost-Gaussian Filtering", DICTA 2010). Beyond the edge the outermost pixels are repeated.
 */
export function blur({ data, width, height }: Picture): Uint8Array {
  const deviation = DEVIATION * Math.min(width, height);
  // n means over 2r + 1 pixels have the variance n · ((2r + 1)² − 1) / 12.
  const radius = Math.max(1, Math.round((Math.sqrt((12 * deviation ** 2) / PASSES + 1) - 1) / 2));
  const out = data.slice();
  if (between.length < data.length) between = new Uint8Array(data.length);
  for (let pass = 0; pass < PASSES; pass++) {
    for (let y = 0; y < height; y++) average(out, between, y * width * 3, 3, width, radius);
    for (let x = 0; x < width; x++) average(between, out, x * 3, width * 3, height, radius);
  }
  return out;
}

/** Running means of a row or column of `length` pixels that are `step` bytes apart. */
function average(from: Uint8Array, to: Uint8Array, first: number, step: number, length: number, radius: number): void {
  const share = 1 / (2 * radius + 1);
  for (let start = first; start < first + 3; start++) {
    const end = start + (length - 1) * step;
    let sum = from[start]! * (radius + 1);
    for (let i = 1; i <= radius; i++) sum += from[Math.min(start + i * step, end)]!;
    let leaving = start - radius * step;
    let entering = start + (radius + 1) * step;
    for (let at = start; at <= end; at += step, leaving += step, entering += step) {
      to[at] = sum * share + 0.5;
      sum += from[entering > end ? end : entering]! - from[leaving < start ? start : leaving]!;
    }
  }
}
