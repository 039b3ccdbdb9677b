/** What the windows of a convolution see of a picture. */
import { beyond } from '../graph.js';
import { channelsFirst } from '../layout.js';
import type { Tracer } from '../tracer.js';
import type { Value } from '../value.js';
import type { Geometry } from './geometry.js';

/** A picture, rows and columns on its last two axes, padded (with `border`) and cut to exactly what the windows cover. */
export function covered(tracer: Tracer, name: string, { input, pads }: Geometry, border = 0): string {
  const { graph } = tracer;
  const [top, left, bottom, right] = pads;
  const cut =
    bottom < 0 || right < 0
      ? graph.slice(name, [0, 0], [input[1] + Math.min(0, bottom), input[2] + Math.min(0, right)], [2, 3])
      : name;
  const [before, after] = [
    [0, 0, top, left],
    [0, 0, Math.max(0, bottom), Math.max(0, right)],
  ];
  if (border === 0) return graph.pad(cut, before, after);
  return graph.node('Pad', [cut, graph.ints([...before, ...after]), graph.float(border)]);
}

/** For each tap of the filter, row by row, what it sees of `picture` (which is {@link covered}). */
export function seen(tracer: Tracer, picture: string, geometry: Geometry): string[] {
  const { graph } = tracer;
  const { kernel, strides, dilations, output } = geometry;
  const [stride, width] = [strides[1], output[2]];
  // What steps over columns is copied number by number: once for all taps of a phase, which then copy whole rows.
  const phase = (of: number) => (stride === 1 ? picture : graph.slice(picture, [of], [beyond], [3], [stride]));
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

/** All windows of the whole batch as columns of one matrix: `[channels · taps, batch · positions]`. */
export function windowColumns(tracer: Tracer, x: Value, geometry: Geometry): string {
  const { graph } = tracer;
  const [batch, height, width] = geometry.output;
  const channels = x.shape[3];
  const count = batch * height * width;
  const taps = seen(tracer, covered(tracer, tracer.fetch(x, channelsFirst), geometry), geometry);
  const rows = taps.map((name) => graph.reshape(name, [channels, 1, count]));
  return graph.reshape(graph.concat(rows, 1), [channels * taps.length, count]);
}

/** `y` as a matrix of `[channels, batch · positions]`. */
export function positionColumns(tracer: Tracer, y: Value): string {
  return tracer.graph.reshape(tracer.fetch(y, channelsFirst), [y.shape[3], y.size / y.shape[3]]);
}

/** A filter tap, and how far before its own place what it carries comes from. */
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
 * The inverse of {@link seen}, summed where windows overlap: `tapAt` names what goes back through a tap, `[C, N]` pictures of
 * the output's size. Each phase of the stride is a sum of shifted taps, and the phases interleave. Without dilation.
 */
export function overlapped(
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
  const [tall, wide] = [size[0] * strides[0], size[1] * strides[1]];
  const whole = graph.reshape(graph.concat(rows, 1), [channels, batch, tall, wide]);
  return tall === height && wide === width ? whole : graph.slice(whole, [0, 0], [height, width], [2, 3]);
}
