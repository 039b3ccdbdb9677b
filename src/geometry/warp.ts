/** Resamples a picture by an affine map, for crops, augmentation and resizing. */
import type { Affine } from '../frame.js';

/**
 * How pixels beyond the edge of a picture are filled: `reflect` mirrors the picture at its edges, repeatedly; `clamp` repeats
 * the outermost pixels.
 */
export type Border = 'reflect' | 'clamp';

/** Where the map shrinks by more than this factor, several samples are averaged for each pixel, so that none is skipped. */
const MAX_SHRINK = 1.6;
/** Largest number of samples along one axis of a pixel; more are slow and not visibly better. */
const MAX_SAMPLES = 8;

/** An RGB picture of `width · height · 3` bytes in row-major order. */
export interface Picture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Resamples `source` to a picture of `width` × `height`: the pixel at p is the bilinear interpolation of `source` at `map(p)`, or
 * the mean of up to 8 samples along an axis where the map shrinks it by more than 1.6.
 *
 * @param map from the new picture's pixels to the source's, for example a crop's `toFrame`
 * @param out array for the `width · height · 3` bytes. Default: a new array.
 */
export function warp(
  source: Picture,
  map: Affine,
  width: number,
  height: number,
  border: Border = 'reflect',
  out: Uint8Array = new Uint8Array(width * height * 3),
): Uint8Array {
  const across = sampleCount(Math.hypot(map[0], map[3]));
  const down = sampleCount(Math.hypot(map[1], map[4]));
  if (across * down === 1) draw(source, map, width, height, border, out);
  else {
    // A finer picture is drawn first, and each block of it averaged.
    const [a, b, c, d, e, f] = map;
    const fineMap: Affine = [a / across, b / down, c, d / across, e / down, f];
    const fine = new Uint8Array(width * across * height * down * 3);
    draw(source, fineMap, width * across, height * down, border, fine);
    average(fine, across, down, width, height, out);
  }
  return out;
}

function draw(source: Picture, map: Affine, width: number, height: number, border: Border, out: Uint8Array): void {
  if (isInside(map, width, height, source.width - 1, source.height - 1)) drawInside(source, map, width, height, out);
  else drawBordered(source, map, width, height, border, out);
}

// There are two loops with the same sum, because the usual case, a crop well inside its frame, is far faster without the
// branches for the border. Weights are 11-bit integers: four products with a byte fit 32 bits, and 1/2048 is finer than a byte.

function drawInside({ data, width: w }: Picture, map: Affine, width: number, height: number, out: Uint8Array): void {
  const [a, b, c, d, e, f] = map;
  let at = 0;
  for (let y = 0; y < height; y++) {
    let u = a * 0.5 + b * (y + 0.5) + c - 0.5;
    let v = d * 0.5 + e * (y + 0.5) + f - 0.5;
    for (let x = 0; x < width; x++, u += a, v += d) {
      const x0 = u | 0;
      const y0 = v | 0;
      const fx = ((u - x0) * 2048 + 0.5) | 0;
      const fy = ((v - y0) * 2048 + 0.5) | 0;
      const w11 = (fx * fy) >> 11;
      const w01 = fx - w11;
      const w10 = fy - w11;
      const w00 = 2048 - w01 - fy;
      const p = (y0 * w + x0) * 3;
      const q = p + w * 3;
      out[at] = (w00 * data[p]! + w01 * data[p + 3]! + w10 * data[q]! + w11 * data[q + 3]! + 1024) >> 11;
      out[at + 1] = (w00 * data[p + 1]! + w01 * data[p + 4]! + w10 * data[q + 1]! + w11 * data[q + 4]! + 1024) >> 11;
      out[at + 2] = (w00 * data[p + 2]! + w01 * data[p + 5]! + w10 * data[q + 2]! + w11 * data[q + 5]! + 1024) >> 11;
      at += 3;
    }
  }
}

function drawBordered(
  source: Picture,
  map: Affine,
  width: number,
  height: number,
  border: Border,
  out: Uint8Array,
): void {
  const { data } = source;
  const [a, b, c, d, e, f] = map;
  const lastX = source.width - 1;
  const lastY = source.height - 1;
  const reflect = border === 'reflect';
  let at = 0;
  for (let y = 0; y < height; y++) {
    let u = a * 0.5 + b * (y + 0.5) + c - 0.5;
    let v = d * 0.5 + e * (y + 0.5) + f - 0.5;
    for (let x = 0; x < width; x++, u += a, v += d) {
      const left = Math.floor(u);
      const top = Math.floor(v);
      const fx = ((u - left) * 2048 + 0.5) | 0;
      const fy = ((v - top) * 2048 + 0.5) | 0;
      const w11 = (fx * fy) >> 11;
      const w01 = fx - w11;
      const w10 = fy - w11;
      const w00 = 2048 - w01 - fy;
      const x0 = borderIndex(left, lastX, reflect) * 3;
      const x1 = borderIndex(left + 1, lastX, reflect) * 3;
      const y0 = borderIndex(top, lastY, reflect) * source.width * 3;
      const y1 = borderIndex(top + 1, lastY, reflect) * source.width * 3;
      for (let channel = 0; channel < 3; channel++) {
        const sum =
          w00 * data[y0 + x0 + channel]! +
          w01 * data[y0 + x1 + channel]! +
          w10 * data[y1 + x0 + channel]! +
          w11 * data[y1 + x1 + channel]!;
        out[at++] = (sum + 1024) >> 11;
      }
    }
  }
}

function average(fine: Uint8Array, across: number, down: number, width: number, height: number, out: Uint8Array): void {
  const row = width * across * 3;
  const count = across * down;
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const first = y * down * row + x * across * 3;
      for (let channel = 0; channel < 3; channel++) {
        let sum = count >> 1;
        for (let j = 0; j < down; j++) {
          for (let i = 0; i < across; i++) sum += fine[first + j * row + i * 3 + channel]!;
        }
        out[at++] = sum / count;
      }
    }
  }
}

function sampleCount(scale: number): number {
  return scale > MAX_SHRINK ? Math.min(MAX_SAMPLES, Math.ceil(scale / MAX_SHRINK)) : 1;
}

/** Whether every pixel is interpolated from four neighbours inside the source, so that no border handling is needed. */
function isInside(map: Affine, width: number, height: number, lastX: number, lastY: number): boolean {
  const [a, b, c, d, e, f] = map;
  for (const x of [0, width]) {
    for (const y of [0, height]) {
      const u = a * x + b * y + c - 0.5;
      const v = d * x + e * y + f - 0.5;
      if (!(u >= 0 && v >= 0 && u < lastX && v < lastY)) return false;
    }
  }
  return true;
}

function borderIndex(index: number, last: number, reflect: boolean): number {
  if (index >= 0 && index <= last) return index;
  if (!reflect) return index < 0 ? 0 : last;
  const period = 2 * (last + 1);
  const within = ((index % period) + period) % period;
  return within <= last ? within : period - 1 - within;
}
