/**
 * Convolutions whose filter is larger than their pictures, as one matrix product over the whole batch: the filter is read
 * once, where the runtime's convolutions read it for every picture.
 */
import { sizeOf } from '../../values.js';
import { channelsFirst, oihw } from '../layout.js';
import type { Tracer } from '../tracer.js';
import { computed, type Value } from '../value.js';
import type { Geometry } from './geometry.js';
import { positionColumns, windowColumns } from './windows.js';

/** Whether this is the way for a filter. Constant ones are better prepared beforehand. */
export function isLargeFilter(filter: Value, { input, output }: Geometry): boolean {
  return !filter.constant && filter.size > Math.max(sizeOf(input), sizeOf(output));
}

/** `y = W · windows(x)`. */
export function forwardByColumns(tracer: Tracer, x: Value, filter: Value, geometry: Geometry): Value {
  const { graph } = tracer;
  const [batch, height, width, out] = geometry.output;
  const matrix = graph.reshape(tracer.fetch(filter, oihw), [out, filter.size / out]);
  const product = graph.node('Gemm', [matrix, windowColumns(tracer, x, geometry)]);
  return computed(geometry.output, 'float32', graph.reshape(product, [out, batch, height, width]), channelsFirst);
}

/** `dx = overlapped(Wᵀ · dy)`: each phase of the stride is a sum of shifted taps, and the phases interleave. */
export function inputGradientByColumns(tracer: Tracer, dy: Value, filter: Value, geometry: Geometry): Value {
  const { graph } = tracer;
  const { input, output, kernel, strides, pads } = geometry;
  const [batch, height, width, channels] = input;
  const out = filter.shape[3];
  const matrix = graph.reshape(tracer.fetch(filter, oihw), [out, filter.size / out]);
  const product = graph.node('Gemm', [matrix, positionColumns(tracer, dy)], { transA: 1 });
  const taps = graph.reshape(product, [channels, ...kernel, batch, output[1], output[2]]);
  const size = [Math.ceil(height / strides[0]), Math.ceil(width / strides[1])];
  /** What filter tap (row, column) adds to a phase, moved to where it belongs. */
  const shifted = ([row, down]: Tap, [column, right]: Tap) => {
    const tap = graph.slice(taps, [row, column], [row + 1, column + 1], [1, 2]);
    const picture = graph.reshape(tap, [channels, batch, output[1], output[2]]);
    const after = [size[0] - output[1] + down, size[1] - output[2] + right];
    return graph.pad(picture, [0, 0, -down, -right], [0, 0, ...after]);
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
  const name = tall === height && wide === width ? whole : graph.slice(whole, [0, 0], [height, width], [2, 3]);
  return computed(input, 'float32', name, channelsFirst);
}

/** A filter tap, and how far before its own place the gradient that it carries comes from. */
type Tap = readonly [tap: number, shift: number];

function tapsOf(kernel: number, stride: number, before: number, phase: number): Tap[] {
  const taps: Tap[] = [];
  for (let tap = 0; tap < kernel; tap++) {
    const distance = phase + before - tap;
    if (distance % stride === 0) taps.push([tap, distance / stride]);
  }
  return taps;
}
