/**
 * Strategies for filter gradients on large images. Each tap shifts the input against dy; where all rows have the same pitch, a shift
 * is an offset into the flat vector. One batched product of copies at several offsets gives many taps.
 */
import { maxSliceEnd } from '../graph.js';
import type { Strategy } from './filter-gradient-operands.js';

/**
 * Stride 1: concatenations with gaps of zeros hold the column shifts of x and the row shifts of dy, and one batched product gives
 * all taps.
 */
export const shiftedProducts: Strategy = (p) => {
  const { graph } = p.tracer;
  const { batch, channels, out, height, width } = p;
  const [rows, columns] = p.geometry.kernel;
  const pitch = width + columns - 1;
  const length = (height + rows - 1) * pitch;
  const total = length + columns - 1;
  const zeros = (planes: number, count: number) => graph.zeros([batch, planes, count]);

  const flatX = graph.reshape(p.paddedInput(), [batch, channels, length]);
  const copies = Array.from({ length: 2 * columns - 1 }, (_, i) => (i % 2 === 0 ? flatX : zeros(channels, columns)));
  const x = graph.reshape(graph.concat(copies, 2), [batch, channels * columns, total]);

  const flatDy = p.gradientRows(pitch);
  const gap = total - height * pitch + pitch;
  const tail = total - height * pitch - (columns - 1) - (rows - 1) * pitch;
  const pieces: string[] = columns > 1 ? [zeros(out, columns - 1)] : [];
  for (let row = 0; row < rows; row++) pieces.push(flatDy, ...(row < rows - 1 ? [zeros(out, gap)] : []));
  if (tail > 0) pieces.push(zeros(out, tail));
  const dy = graph.reshape(graph.concat(pieces, 2), [batch, out * rows, total]);

  const size = out * rows * channels * columns;
  const sums = graph.reshape(p.total(p.product(dy, x), size), [out, rows, channels, columns]);
  const columnsReversed = columns > 1 ? graph.slice(sums, [-1], [-maxSliceEnd], [3], [-1]) : sums;
  return graph.transpose(columnsReversed, [0, 2, 1, 3]);
};

/**
 * Blocked images: for each column of taps and each phase of the rows, the slice of x under them is taken in blocks; neighbouring
 * columns of one stride are adjacent lanes. A batched product of the row shifts of dy with each slice gives all taps.
 */
export const shiftedBlocks: Strategy = (p) => {
  const { graph, block } = p.tracer;
  const { batch, channels, out, height, width } = p;
  const { kernel, strides } = p.geometry;
  const [rows, columns] = p.spans;
  const length = (height + rows - 1) * width;
  const [groups, lanes] = [Math.ceil(channels / block), strides[1] * block];

  const flatDy = p.gradient(batch, out, height * width);
  const gap = graph.zeros([batch, out, rows * width]);
  const copies = Array.from({ length: 2 * rows - 1 }, (_, i) => (i % 2 === 0 ? flatDy : gap));
  const dy = graph.reshape(graph.concat(copies, 2), [batch, 1, out * rows, length]);

  const size = groups * out * rows * lanes;
  const phases = Array.from({ length: strides[0] }, (_, phase) => phase);
  const products = phases.flatMap((phase) =>
    Array.from({ length: columns }, (_, column) => {
      const x = graph.reshape(p.blockSlice(phase, column), [batch, groups, length, lanes]);
      return p.total(graph.node('MatMul', [dy, x]), size);
    }),
  );
  const sums = graph.reshape(graph.concat(products, 0), [strides[0], columns, groups, out, rows, strides[1], block]);
  const whole = [rows * strides[0], columns * strides[1]];
  const exact = groups * block === channels && whole.every((extent, axis) => extent === kernel[axis]);
  const filter = graph.reshape(graph.transpose(sums, [3, 2, 6, 4, 0, 1, 5]), [out, groups * block, ...whole]);
  return exact ? filter : graph.slice(filter, [0, 0, 0], [channels, ...kernel], [1, 2, 3]);
};
