/** A picture as a line drawing. */
import type { Picture } from '../../geometry/warp.js';
import { lumaOf } from './grey.js';

/** Lower bound of the high threshold: luma over two pixels. */
const MIN_THRESHOLD = 12;
/** Share of the pixels whose gradient is below the high threshold. */
const WEAK_SHARE = 0.8;
/** The low threshold of the hysteresis, as a share of the high one. */
const LOW_SHARE = 0.5;
/** Deviation of the gradients, across and down, of noise whose deviation is 1, after the smoothing and Sobel kernels. */
const NOISE_GAIN = 0.272;
/** The high threshold in deviations of the noise's gradient. Noise alone reaches it in one pixel of 3,000. */
const NOISE_DEVIATIONS = 4;

const BINS = 256;

/** Buffers that are reused for every picture, so that only the result is allocated. */
const work = {
  luma: new Float32Array(),
  between: new Float32Array(),
  slope: new Float32Array(),
  /** From a pixel to its neighbour in the direction of the gradient, as a difference of indices. */
  uphill: new Int32Array(),
  /** Pixels whose neighbours are still to be examined. */
  stack: new Int32Array(),
  histogram: new Uint32Array(BINS),
};

/**
 * Draws white lines on black, a pixel wide, as RGB bytes, where brightness changes most (Canny, "A Computational Approach to Edge
 * Detection", 1986): smoothing with a binomial kernel of 5×5, Sobel gradients, non-maximum suppression, and hysteresis with two
 * thresholds. The high threshold depends on the picture: a gradient in its upper fifth and well above its noise, which is
 * measured (Immerkær, "Fast Noise Variance Estimation", 1996), so that light and contrast have little influence on the lines.
 */
export function edges({ data, width, height }: Picture): Uint8Array {
  const out = new Uint8Array(data.length);
  if (width < 3 || height < 3) return out;
  const pixels = width * height;
  if (work.luma.length < pixels) {
    for (const name of ['luma', 'between', 'slope'] as const) work[name] = new Float32Array(pixels);
    for (const name of ['uphill', 'stack'] as const) work[name] = new Int32Array(pixels);
  }
  for (let i = 0, at = 0; i < pixels; i++, at += 3) work.luma[i] = lumaOf(data, at);
  const noise = noiseOf(width, height);
  smooth(width, height);
  measureSlopes(width, height);
  const strong = Math.max(MIN_THRESHOLD, NOISE_DEVIATIONS * NOISE_GAIN * noise, upperSlope(width, height));
  drawLines(width, height, strong, out);
  return out;
}

/** Standard deviation of the noise in luma. */
function noiseOf(width: number, height: number): number {
  const { luma } = work;
  let sum = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      const up = i - width;
      const down = i + width;
      const corners = luma[up - 1]! + luma[up + 1]! + luma[down - 1]! + luma[down + 1]!;
      const sides = luma[up]! + luma[down]! + luma[i - 1]! + luma[i + 1]!;
      sum += Math.abs(corners - 2 * sides + 4 * luma[i]!);
    }
  }
  return (Math.sqrt(Math.PI / 2) * sum) / (6 * (width - 2) * (height - 2));
}

/** Smooths with 1 4 6 4 1 along both axes. Beyond the edge the outermost pixels are repeated. */
function smooth(width: number, height: number): void {
  const { luma, between } = work;
  for (let y = 0; y < height; y++) smoothLine(luma, between, y * width, 1, width);
  for (let x = 0; x < width; x++) smoothLine(between, luma, x, width, height);
}

function smoothLine(from: Float32Array, to: Float32Array, first: number, step: number, length: number): void {
  const last = first + (length - 1) * step;
  let a = from[first]!;
  let b = a;
  let c = a;
  let d = from[first + step]!;
  for (let at = first, ahead = first + 2 * step; at <= last; at += step, ahead += step) {
    const e = from[ahead > last ? last : ahead]!;
    to[at] = (a + e + 4 * (b + d) + 6 * c) / 16;
    a = b;
    b = c;
    c = d;
    d = e;
  }
}

/** Gradients of all pixels but the outermost. */
function measureSlopes(width: number, height: number): void {
  const { luma, slope, uphill, histogram } = work;
  slope.fill(0, 0, width * height);
  histogram.fill(0);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      const up = i - width;
      const down = i + width;
      const falling = luma[down + 1]! - luma[up - 1]!;
      const rising = luma[up + 1]! - luma[down - 1]!;
      const across = (2 * (luma[i + 1]! - luma[i - 1]!) + falling + rising) / 4;
      const along = (2 * (luma[down]! - luma[up]!) + falling - rising) / 4;
      const size = Math.sqrt(across * across + along * along);
      slope[i] = size;
      histogram[Math.min(BINS - 1, size | 0)]!++;
      // Within 22.5° of an axis, along it; else diagonal.
      const right = Math.abs(across) * 2.414 > Math.abs(along) ? Math.sign(across) : 0;
      const below = Math.abs(along) * 2.414 > Math.abs(across) ? Math.sign(along) : 0;
      uphill[i] = right + below * width;
    }
  }
}

/** The quantile of the gradients at {@link WEAK_SHARE}. */
function upperSlope(width: number, height: number): number {
  let remaining = WEAK_SHARE * (width - 2) * (height - 2);
  let bin = 0;
  while (bin < BINS - 1 && remaining > work.histogram[bin]!) remaining -= work.histogram[bin++]!;
  return bin;
}

/** Draws each line: from a pixel above the high threshold along neighbours above the low one. */
function drawLines(width: number, height: number, strong: number, out: Uint8Array): void {
  const { slope, uphill, stack } = work;
  const weak = strong * LOW_SHARE;
  for (let start = width + 1; start < width * (height - 1) - 1; start++) {
    if (slope[start]! < strong || out[start * 3] !== 0 || !isRidge(start)) continue;
    let size = 0;
    stack[size++] = start;
    paint(start);
    while (size > 0) {
      const from = stack[--size]!;
      for (let dy = -width; dy <= width; dy += width) {
        for (let at = from + dy - 1; at <= from + dy + 1; at++) {
          if (slope[at]! < weak || out[at * 3] !== 0 || !isRidge(at)) continue;
          stack[size++] = at;
          paint(at);
        }
      }
    }
  }

  function paint(at: number): void {
    out[at * 3] = 255;
    out[at * 3 + 1] = 255;
    out[at * 3 + 2] = 255;
  }

  function isRidge(at: number): boolean {
    const step = uphill[at]!;
    return slope[at]! > slope[at - step]! && slope[at]! >= slope[at + step]!;
  }
}
