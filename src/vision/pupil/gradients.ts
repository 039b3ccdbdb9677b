/** Where a picture's brightness rises, and how steeply. */
import { luminanceOf } from '../luminance.js';
import { blurred, FINE_BLUR } from './blur.js';

/** Brightness gradients at each pixel, from dark to bright. */
export interface Gradients {
  readonly width: number;
  readonly height: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly length: Float32Array;
  /** Threshold of edges: the mean length plus one standard deviation. */
  readonly edge: number;
  /** Blurred brightness, 0 at the darkest place of the picture to 1 at the brightest. */
  readonly brightness: Float32Array;
}

/** Standard deviation of the blur of `brightness`, as a fraction of the width. */
const coarseBlur = 1.5 / 64;

/** @param picture RGB bytes, `width · height · 3` */
export function gradientsOf(picture: Uint8Array, width: number, height: number): Gradients {
  const count = width * height;
  const grey = luminanceOf(picture, new Float32Array(width * height));
  const smooth = blurred(grey, width, height, FINE_BLUR * width);
  const x = new Float32Array(count);
  const y = new Float32Array(count);
  const length = new Float32Array(count);
  let sum = 0;
  let squares = 0;
  for (let row = 1; row < height - 1; row++) {
    for (let i = row * width + 1; i < (row + 1) * width - 1; i++) {
      const dx = ((smooth[i + 1] as number) - (smooth[i - 1] as number)) / 2;
      const dy = ((smooth[i + width] as number) - (smooth[i - width] as number)) / 2;
      const magnitude = Math.hypot(dx, dy);
      x[i] = dx;
      y[i] = dy;
      length[i] = magnitude;
      sum += magnitude;
      squares += magnitude * magnitude;
    }
  }
  const mean = sum / count;
  const edge = mean + Math.sqrt(Math.max(0, squares / count - mean * mean));
  const brightness = blurred(grey, width, height, coarseBlur * width);
  const darkest = brightness.reduce((min, value) => Math.min(min, value), 255);
  const range = brightness.reduce((max, value) => Math.max(max, value), 0) - darkest;
  for (let i = 0; i < count; i++) brightness[i] = range > 0 ? ((brightness[i] as number) - darkest) / range : 0;
  return { width, height, x, y, length, edge, brightness };
}
