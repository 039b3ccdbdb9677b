/** Where a disc of one picture lies in another: registration by normalised cross-correlation. */
import { luminanceOf } from '../luminance.js';
import { blurred, FINE_BLUR } from './blur.js';
import type { Circle } from './circle.js';
import { top } from './parabola.js';

/** A displacement in pixels, and the correlation (−1 to 1) that is had there. */
export interface Displacement {
  readonly x: number;
  readonly y: number;
  readonly correlation: number;
}

/**
 * The disc that is compared, in radii of the iris: its edge must be in it, lids should not. With 1.7 and more, an iris that moves
 * between still lids is found to move by three quarters of its way; with 1.4 by 85 %; with less, shifts of whole pictures grow noisy.
 */
const discRadii = 1.4;
/** How far the disc is searched for, as a part of the width. */
const reach = 6 / 64;
/** Variance, in squared levels, that rounding and noise may have: less contrast than that correlates with nothing. */
const noise = 1;
/** Least part of the disc that must lie inside both pictures. */
const leastInside = 0.5;

/**
 * The displacement within ±6/64 of the width at which the brightness of `to` correlates best with that of the disc around `iris` in
 * `from`; between pixels by a parabola along x and one along y. Zero-mean normalised cross-correlation does not mind gain and
 * offset. Nothing where it is best at the limit of the search: the maximum may lie beyond.
 *
 * @param from RGB bytes, `width · height · 3`, as is `to`
 */
export function displacementOf(
  iris: Circle,
  from: Uint8Array,
  to: Uint8Array,
  width: number,
  height: number,
): Displacement | undefined {
  const smooth = (picture: Uint8Array) =>
    blurred(luminanceOf(picture, new Float32Array(width * height)), width, height, FINE_BLUR * width);
  const [a, b] = [smooth(from), smooth(to)];
  const disc = discAround(iris, width, height);
  const far = Math.max(2, Math.round(reach * width));
  const side = 2 * far + 1;
  const map = new Float64Array(side * side);
  let best = 0;
  for (let i = 0; i < map.length; i++) {
    map[i] = correlation(a, b, disc, (i % side) - far, Math.floor(i / side) - far, width, height);
    if ((map[i] as number) > (map[best] as number)) best = i;
  }
  const [x, y] = [best % side, Math.floor(best / side)];
  if (x === 0 || y === 0 || x === side - 1 || y === side - 1) return undefined;
  const at = (offset: number) => map[best + offset] as number;
  return {
    x: x - far + top(at(-1), at(0), at(1)),
    y: y - far + top(at(-side), at(0), at(side)),
    correlation: at(0),
  };
}

/** Columns and rows of the pixels of a disc that lie in the picture, in turn. */
function discAround({ x, y, radius }: Circle, width: number, height: number): Int32Array {
  const [column, row, r] = [Math.floor(x), Math.floor(y), discRadii * radius];
  const disc: number[] = [];
  for (let v = Math.max(0, Math.ceil(row - r)); v <= Math.min(height - 1, row + r); v++) {
    for (let u = Math.max(0, Math.ceil(column - r)); u <= Math.min(width - 1, column + r); u++) {
      if ((u - column) ** 2 + (v - row) ** 2 <= r * r) disc.push(u, v);
    }
  }
  return Int32Array.from(disc);
}

/** Of the disc in `a` and the same pixels moved by (dx, dy) in `b`; −1 where too little of it is inside. */
function correlation(
  a: Float32Array,
  b: Float32Array,
  disc: Int32Array,
  dx: number,
  dy: number,
  width: number,
  height: number,
): number {
  let count = 0;
  let sumA = 0;
  let sumB = 0;
  let squaresA = 0;
  let squaresB = 0;
  let products = 0;
  for (let i = 0; i < disc.length; i += 2) {
    const u = disc[i] as number;
    const v = disc[i + 1] as number;
    const toU = u + dx;
    const toV = v + dy;
    if (toU < 0 || toV < 0 || toU >= width || toV >= height) continue;
    const valueA = a[v * width + u] as number;
    const valueB = b[toV * width + toU] as number;
    count++;
    sumA += valueA;
    sumB += valueB;
    squaresA += valueA * valueA;
    squaresB += valueB * valueB;
    products += valueA * valueB;
  }
  if (count < (leastInside * disc.length) / 2) return -1;
  const varianceA = squaresA - (sumA * sumA) / count + noise * count;
  const varianceB = squaresB - (sumB * sumB) / count + noise * count;
  return (products - (sumA * sumB) / count) / Math.sqrt(varianceA * varianceB);
}
