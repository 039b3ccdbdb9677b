/** Adds the change that a refiner made to a crop to the frame that the crop was cut from. */
import type { Crop } from '../frame.js';
import { apply, invert } from './affine.js';

/** Where crop pixels are smaller than the frame's by more than this factor, several samples are averaged for each frame pixel. */
const MAX_SHRINK = 1.6;
const MAX_SAMPLES = 4;

/**
 * Adds `refined − raw`, resampled bilinearly by the crop's map and feathered toward its edge, to the frame's pixels.
 *
 * The difference is added, rather than the refined picture pasted, so that unchanged pixels keep the sharpness of the frame,
 * which may show more detail than the crop.
 *
 * @param pixels the frame's RGB bytes, which are changed in place
 * @param feather width of the feathered edge as a fraction of the crop's shorter side; 0 feathers nothing
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
  const samples = scale > MAX_SHRINK ? Math.min(MAX_SAMPLES, Math.ceil(scale / MAX_SHRINK)) : 1;
  const sampleWeight = 1 / (samples * samples);
  for (let y = top; y < bottom; y++) {
    let at = (y * frameWidth + left) * 3;
    for (let x = left; x < right; x++, at += 3) {
      const u = a * (x + 0.5) + b * (y + 0.5) + c;
      const v = d * (x + 0.5) + e * (y + 0.5) + f;
      if (!(u > 0 && v > 0 && u < width && v < height)) continue;
      const weight = featherWeight(Math.min(u, v, width - u, height - v), edge) * sampleWeight;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = 0; j < samples; j++) {
        for (let i = 0; i < samples; i++) {
          const dx = (i + 0.5) / samples - 0.5;
          const dy = (j + 0.5) / samples - 0.5;
          const px = clamp(u + a * dx + b * dy - 0.5, width - 1);
          const py = clamp(v + d * dx + e * dy - 0.5, height - 1);
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

/** The bounding box of a crop in the frame: left, top, and right and bottom, both exclusive. */
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

/** A smoothstep: 0 at the crop's edge, 1 at the distance `edge` and beyond. */
function featherWeight(distance: number, edge: number): number {
  if (distance >= edge) return 1;
  const t = distance / edge;
  return t * t * (3 - 2 * t);
}

function clamp(value: number, max: number): number {
  return Math.max(0, Math.min(max, value));
}

function byte(value: number): number {
  return Math.max(0, Math.min(255, (value + 0.5) | 0));
}
