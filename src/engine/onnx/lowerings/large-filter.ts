/**
 * Convolutions whose filter is larger than their pictures, as one matrix product over the whole batch: the filter is read
 * once, where the runtime's convolutions read it for every picture.
 */
import { sizeOf } from '../../values.js';
import { channelsFirst, oihw } from '../layout.js';
import type { Tracer } from '../tracer.js';
import { computed, type Value } from '../value.js';
import type { Geometry } from './geometry.js';
import { overlapped, positionColumns, windowColumns } from './windows.js';

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

/** `dx = overlapped(Wᵀ · dy)`. */
export function inputGradientByColumns(tracer: Tracer, dy: Value, filter: Value, geometry: Geometry): Value {
  const { graph } = tracer;
  const { input, output, kernel } = geometry;
  const [batch, , , channels] = input;
  const out = filter.shape[3];
  const matrix = graph.reshape(tracer.fetch(filter, oihw), [out, filter.size / out]);
  const product = graph.node('Gemm', [matrix, positionColumns(tracer, dy)], { transA: 1 });
  const taps = graph.reshape(product, [channels, ...kernel, batch, output[1], output[2]]);
  const name = overlapped(tracer, geometry, (row, column) => {
    const tap = graph.slice(taps, [row, column], [row + 1, column + 1], [1, 2]);
    return graph.reshape(tap, [channels, batch, output[1], output[2]]);
  });
  return computed(input, 'float32', name, channelsFirst);
}
