/**
 * Convolutions whose filter is larger than their images, by im2col and one matrix product over the whole batch, which reads the
 * filter once; the runtime's convolutions read it for every image.
 */
import { sizeOf } from '../../values.js';
import { channelsFirst, oihw } from '../layout.js';
import type { Tracer } from '../tracer.js';
import { computed, type Value } from '../value.js';
import type { Geometry } from './geometry.js';
import { col2im, im2col, positionsMatrix } from './im2col.js';

/** Whether a filter should be used this way. For constant filters the runtime's preparation is faster. */
export function isLargeFilter(filter: Value, { input, output }: Geometry): boolean {
  return !filter.constant && filter.size > Math.max(sizeOf(input), sizeOf(output));
}

/** `y = W · im2col(x)`. */
export function forwardByIm2col(tracer: Tracer, x: Value, filter: Value, geometry: Geometry): Value {
  const { graph } = tracer;
  const [batch, height, width, out] = geometry.output;
  const matrix = graph.reshape(tracer.fetch(filter, oihw), [out, filter.size / out]);
  const product = graph.node('Gemm', [matrix, im2col(tracer, x, geometry)]);
  return computed(geometry.output, 'float32', graph.reshape(product, [out, batch, height, width]), channelsFirst);
}

/** `dx = col2im(Wᵀ · dy)`. */
export function inputGradientByCol2im(tracer: Tracer, dy: Value, filter: Value, geometry: Geometry): Value {
  const { graph } = tracer;
  const { input, output, kernel } = geometry;
  const [batch, , , channels] = input;
  const out = filter.shape[3];
  const matrix = graph.reshape(tracer.fetch(filter, oihw), [out, filter.size / out]);
  const product = graph.node('Gemm', [matrix, positionsMatrix(tracer, dy)], { transA: 1 });
  const taps = graph.reshape(product, [channels, ...kernel, batch, output[1], output[2]]);
  const name = col2im(tracer, geometry, (row, column) => {
    const tap = graph.slice(taps, [row, column], [row + 1, column + 1], [1, 2]);
    return graph.reshape(tap, [channels, batch, output[1], output[2]]);
  });
  return computed(input, 'float32', name, channelsFirst);
}
