/** Carries what a refiner changed in a crop over to the frame that the crop was cut from. */
import type { Crop } from '../frame.js';
import { apply, invert } from './affine.js';

/** Where crop pixels are finer than the frame's by more than this, several of them are read for one. */
const SHRINK = 1.6;
const MOST_PLACES = 4;

/**
 * Adds `refined − raw`, read bilinearly through the crop's own map and faded out toward its edge, to the frame's pixels.
 *
 * The difference, not the picture: what the refiner left alone stays as sharp as it was in the frame, which may show more
 * detail than the crop, and a refiner that changes nothing changes nothing here.
 *
 * @param pixels of the frame, RGB; written to
 * @param feather width of the fading edge as a fraction of the crop's shorter side; 0 fades nothing
 */
export function paste(
  pixels: Uint8Array,
  frameWidth: number,
  frameHeight: number,
  raw: Crop,
  refined: Uint8Array,
  feather: number,
): void {
  const toCrop = invert(raw.toFrame);
  if (toCrop === undefined) return;
  const { width, height } = raw;
  const change = difference(raw.data, refined);
  const [left, top, right, bottom] = bounds(raw, frameWidth, frameHeight);
  const [a, b, c, d, e, f] = toCrop;
  const edge = feather * Math.min(width, height);
  const scale = Math.max(Math.hypot(a, d), Math.hypot(b, e));
  const places = scale > SHRINK ? Math.min(MOST_PLACES, Math.ceil(scale / SHRINK)) : 1;
  const share = 1 / (places * places);
  for (let y = top; y < bottom; y++) {
    let at = (y * frameWidth + left) * 3;
    for (let x = left; x < right; x++, at += 3) {
      const u = a * (x + 0.5) + b * (y + 0.5) + c;
      const v = d * (x + 0.5) + e * (y + 0.5) + f;
      if (!(u > 0 && v > 0 && u < width && v < height)) continue;
      const weight = fade(Math.min(u, v, width - u, height - v), edge) * share;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = 0; j < places; j++) {
        for (let i = 0; i < places; i++) {
          const dx = (i + 0.5) / places - 0.5;
          const dy = (j + 0.5) / places - 0.5;
          const px = within(u + a * dx + b * dy - 0.5, width - 1);
          const py = within(v + d * dx + e * dy - 0.5, height - 1);
          const x0 = px | 0;
          const y0 = py | 0;
          const fx = px - x0;
          const fy = py - y0;
          const p00 = (y0 * width + x0) * 3;
          const p01 = x0 < width - 1 ? p00 + 3 : p00;
          const down = y0 < height - 1 ? width * 3 : 0;
          const p10 = p00 + down;
          const p11 = p01 + down;
          const w11 = fx * fy;
          const w01 = fx - w11;
          const w10 = fy - w11;
          const w00 = 1 - fx - w10;
          red += w00 * change[p00]! + w01 * change[p01]! + w10 * change[p10]! + w11 * change[p11]!;
          green += w00 * change[p00 + 1]! + w01 * change[p01 + 1]! + w10 * change[p10 + 1]! + w11 * change[p11 + 1]!;
          blue += w00 * change[p00 + 2]! + w01 * change[p01 + 2]! + w10 * change[p10 + 2]! + w11 * change[p11 + 2]!;
        }
      }
      pixels[at] = byte(pixels[at]! + red * weight);
      pixels[at + 1] = byte(pixels[at + 1]! + green * weight);
      pixels[at + 2] = byte(pixels[at + 2]! + blue * weight);
    }
  }
}

function difference(raw: Uint8Array, refined: Uint8Array): Int16Array {
  const change = new Int16Array(raw.length);
  for (let i = 0; i < raw.length; i++) change[i] = refined[i]! - raw[i]!;
  return change;
}

/** The frame's pixels that a crop can touch: left, top, and the first beyond right and bottom. */
function bounds({ toFrame, width, height }: Crop, frameWidth: number, frameHeight: number) {
  const corners = [
    apply(toFrame, [0, 0]),
    apply(toFrame, [width, 0]),
    apply(toFrame, [0, height]),
    apply(toFrame, [width, height]),
  ];
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  return [
    Math.max(0, Math.floor(Math.min(...xs))),
    Math.max(0, Math.floor(Math.min(...ys))),
    Math.min(frameWidth, Math.ceil(Math.max(...xs))),
    Math.min(frameHeight, Math.ceil(Math.max(...ys))),
  ] as const;
}

/** 0 at the edge, 1 from `edge` on, smooth at both ends. */
function fade(distance: number, edge: number): number {
  if (distance >= edge) return 1;
  const t = distance / edge;
  return t * t * (3 - 2 * t);
}

function within(value: number, most: number): number {
  return Math.max(0, Math.min(most, value));
}

function byte(value: number): number {
  return Math.max(0, Math.min(255, (value + 0.5) | 0));
}
