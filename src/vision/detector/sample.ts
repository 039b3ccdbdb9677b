/** Resamples a square region of a frame into the network's input: antialiased, in one pass, without allocations. */
import type { Frame } from '../../frame.js';
import type { Region } from './region.js';

/** Source pixels for one output pixel along each axis, at most; in larger regions only every n-th source pixel is read. */
const maxDensity = 4;

/** The source pixels of each output pixel: `first` to `last`, with weight 1 between and separate weights at both ends. */
interface Taps {
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly firstWeight: Float32Array;
  readonly lastWeight: Float32Array;
}

function allocateTaps(size: number): Taps {
  return {
    first: new Int32Array(size),
    last: new Int32Array(size),
    firstWeight: new Float32Array(size),
    lastWeight: new Float32Array(size),
  };
}

/**
 * Computes the taps: an area average where the region shrinks (`scale` > 1 source pixels per output pixel), bilinear interpolation
 * where it grows. Source pixels outside 0 … `extent` − 1 are left out, which makes them black. `first > last` means that none is inside.
 */
function plan(taps: Taps, start: number, scale: number, extent: number): void {
  const half = Math.max(scale, 1) / 2;
  for (let i = 0; i < taps.first.length; i++) {
    const centre = start + (i + 0.5) * scale;
    const from = centre - half;
    const to = centre + half;
    let first = Math.floor(from);
    let last = Math.ceil(to) - 1;
    let firstWeight = first + 1 - from;
    let lastWeight = to - last;
    if (first < 0) {
      first = 0;
      firstWeight = 1;
    }
    if (last > extent - 1) {
      last = extent - 1;
      lastWeight = 1;
    }
    taps.first[i] = first;
    taps.last[i] = last;
    taps.firstWeight[i] = first === last ? Math.min(firstWeight, lastWeight) : firstWeight;
    taps.lastWeight[i] = lastWeight;
  }
}

/**
 * Creates a sampler for square inputs of `size` pixels. The returned function fills `input` (`size · size · 3` floats, −1 black to
 * 1 white; black beyond the frame) with the region of the frame.
 */
export function createSampler(size: number): (frame: Frame, region: Region, input: Float32Array) => void {
  const columns = allocateTaps(size);
  const rows = allocateTaps(size);
  const line = new Float32Array(size * 3);

  /** Sums the source pixels of each output column along one source row. */
  function sumLine(data: Uint8Array, rowStart: number, pixelStride: number): void {
    const { first, last, firstWeight, lastWeight } = columns;
    for (let i = 0, o = 0; i < size; i++, o += 3) {
      const from = first[i] as number;
      const to = last[i] as number;
      if (from > to) {
        line[o] = line[o + 1] = line[o + 2] = 0;
        continue;
      }
      let p = rowStart + from * pixelStride;
      let weight = firstWeight[i] as number;
      let red = (data[p] as number) * weight;
      let green = (data[p + 1] as number) * weight;
      let blue = (data[p + 2] as number) * weight;
      if (to > from) {
        const end = rowStart + to * pixelStride;
        for (p += pixelStride; p < end; p += pixelStride) {
          red += data[p] as number;
          green += data[p + 1] as number;
          blue += data[p + 2] as number;
        }
        weight = lastWeight[i] as number;
        red += (data[p] as number) * weight;
        green += (data[p + 1] as number) * weight;
        blue += (data[p + 2] as number) * weight;
      }
      line[o] = red;
      line[o + 1] = green;
      line[o + 2] = blue;
    }
  }

  return ({ data, width, height }, { x, y, side }, input) => {
    const spacing = Math.max(1, Math.floor(side / size / maxDensity));
    const scale = side / size / spacing;
    const sampledWidth = Math.ceil(width / spacing);
    const sampledHeight = Math.ceil(height / spacing);
    plan(columns, x / spacing, scale, sampledWidth);
    plan(rows, y / spacing, scale, sampledHeight);
    const unit = 2 / 255 / Math.max(scale, 1) ** 2;
    input.fill(-1);
    // The pixel in the middle of each cell is read; the offset is limited where the last cell is incomplete.
    const offsetX = Math.min(spacing >> 1, width - 1 - (sampledWidth - 1) * spacing);
    const offsetY = Math.min(spacing >> 1, height - 1 - (sampledHeight - 1) * spacing);
    const length = size * 3;
    let top = 0;
    for (
      let row = Math.max(0, rows.first[0] as number);
      row <= Math.min(sampledHeight - 1, rows.last[size - 1] as number);
      row++
    ) {
      sumLine(data, ((row * spacing + offsetY) * width + offsetX) * 3, spacing * 3);
      while (top < size && (rows.last[top] as number) < row) top++;
      for (let i = top; i < size && (rows.first[i] as number) <= row; i++) {
        const atFirst = row === rows.first[i];
        const atLast = row === rows.last[i];
        const weight = unit * ((atFirst ? rows.firstWeight[i] : atLast ? rows.lastWeight[i] : 1) as number);
        for (let o = 0, p = i * length; o < length; o++, p++)
          input[p] = (input[p] as number) + weight * (line[o] as number);
      }
    }
  };
}
