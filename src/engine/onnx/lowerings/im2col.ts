/** The windows of a convolution as a matrix (im2col), and the inverse with summed overlaps (col2im). */
import { maxSliceEnd } from '../graph.js';
import { channelsFirst } from '../layout.js';
import type { Tracer } from '../tracer.js';
import type { Value } from '../value.js';
import type { Geometry } from './geometry.js';

/** An image with rows and columns on its last two axes, padded with `border` or cropped to exactly the area that the windows cover. */
export function paddedInput(tracer: Tracer, name: string, { input, pads }: Geometry, border = 0): string {
  const { graph } = tracer;
  const [top, left, bottom, right] = pads;
  const cropped =
    bottom < 0 || right < 0
      ? graph.slice(name, [0, 0], [input[1] + Math.min(0, bottom), input[2] + Math.min(0, right)], [2, 3])
      : name;
  const [before, after] = [
    [0, 0, top, left],
    [0, 0, Math.max(0, bottom), Math.max(0, right)],
  ];
  if (border === 0) return graph.pad(cropped, before, after);
  return graph.node('Pad', [cropped, graph.ints([...before, ...after]), graph.float(border)]);
}

/** For each filter tap, row by row, the strided slice of a {@link paddedInput} under it: one element for each window. */
export function tapSlices(tracer: Tracer, padded: string, geometry: Geometry): string[] {
  const { graph } = tracer;
  const { kernel, strides, dilations, output } = geometry;
  const [stride, width] = [strides[1], output[2]];
  // A slice with a column stride copies single numbers, so it is done once for all taps of a phase; these then copy whole rows.
  const phase = (of: number) => (stride === 1 ? padded : graph.slice(padded, [of], [maxSliceEnd], [3], [stride]));
  const slices: string[] = [];
  for (let row = 0; row < kernel[0]; row++) {
    for (let column = 0; column < kernel[1]; column++) {
      const [top, left] = [row * dilations[0], Math.floor((column * dilations[1]) / stride)];
      const to = [top + (output[1] - 1) * strides[0] + 1, left + width];
      slices.push(graph.slice(phase((column * dilations[1]) % stride), [top, left], to, [2, 3], [strides[0], 1]));
    }
  }
  return slices;
}

/** The windows of the whole batch as the columns of one matrix: `[channels · taps, batch · positions]`. */
export function im2col(tracer: Tracer, x: Value, geometry: Geometry): string {
  const { graph } = tracer;
  const [batch, height, width] = geometry.output;
  const channels = x.shape[3];
  const count = batch * height * width;
  const taps = tapSlices(tracer, paddedInput(tracer, tracer.fetch(x, channelsFirst), geometry), geometry);
  const rows = taps.map((name) => graph.reshape(name, [channels, 1, count]));
  return graph.reshape(graph.concat(rows, 1), [channels * taps.length, count]);
}

/** `y` as a matrix `[channels, batch · positions]`. */
export function positionsMatrix(tracer: Tracer, y: Value): string {
  return tracer.graph.reshape(tracer.fetch(y, channelsFirst), [y.shape[3], y.size / y.shape[3]]);
}

/** A filter tap and the offset of the output position that it contributes to. */
type Tap = readonly [tap: number, shift: number];

function tapsOf(kernel: number, stride: number, before: number, phase: number): Tap[] {
  const taps: Tap[] = [];
  for (let tap = 0; tap < kernel; tap++) {
    const distance = phase + before - tap;
    if (distance % stride === 0) taps.push([tap, distance / stride]);
  }
  return taps;
}

/**
 * The inverse of {@link tapSlices}, summed where windows overlap. `tapAt` names the values of a tap, `[C, N]` images of the
 * output's size. Each phase of the stride is a sum of shifted taps, and the phases are interleaved. Dilation is not supported.
 */
export function col2im(
  tracer: Tracer,
  { input, output, kernel, strides, pads }: Geometry,
  tapAt: (row: number, column: number) => string,
): string {
  const { graph } = tracer;
  const [batch, height, width, channels] = input;
  const size = [Math.ceil(height / strides[0]), Math.ceil(width / strides[1])];
  const shifted = ([row, down]: Tap, [column, right]: Tap) => {
    const after = [size[0] - output[1] + down, size[1] - output[2] + right];
    return graph.pad(tapAt(row, column), [0, 0, -down, -right], [0, 0, ...after]);
  };
  const phase = (a: number, b: number) => {
    const terms = tapsOf(kernel[0], strides[0], pads[0], a).flatMap((row) =>
      tapsOf(kernel[1], strides[1], pads[1], b).map((column) => shifted(row, column)),
    );
    if (terms.length === 0) return graph.zeros([channels, batch, ...size]);
    return terms.reduce((sum, term) => graph.node('Add', [sum, term]));
  };
  const planes = channels * batch * size[0];
  const rows = Array.from({ length: strides[0] }, (_, a) => {
    const columns = Array.from({ length: strides[1] }, (_, b) => graph.reshape(phase(a, b), [planes, size[1], 1]));
    return graph.reshape(graph.concat(columns, 2), [planes, 1, size[1] * strides[1]]);
  });
  const [fullHeight, fullWidth] = [size[0] * strides[0], size[1] * strides[1]];
  const whole = graph.reshape(graph.concat(rows, 1), [channels, batch, fullHeight, fullWidth]);
  return fullHeight === height && fullWidth === width ? whole : graph.slice(whole, [0, 0], [height, width], [2, 3]);
}
