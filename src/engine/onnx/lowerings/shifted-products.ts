/**
 * Gradients of filters on large pictures: a tap is a shift, and with rows of one pitch every shift is a flat offset. Copies of an
 * operand at several offsets make one batched product give many taps.
 */
import { beyond } from '../graph.js';
import type { Way } from './filter-problem.js';

/**
 * Stride 1: concatenations with gaps of zeros put the column shifts of x and the row shifts of dy side by side, and one batched
 * product gives every tap at once.
 */
export const shifted: Way = (p) => {
  const { graph } = p.tracer;
  const { batch, channels, out, height, width } = p;
  const [rows, columns] = p.geometry.kernel;
  const pitch = width + columns - 1;
  const length = (height + rows - 1) * pitch;
  const total = length + columns - 1;
  const zeros = (planes: number, count: number) => graph.zeros([batch, planes, count]);

  const flatX = graph.reshape(p.covered(), [batch, channels, length]);
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
  const turned = columns > 1 ? graph.slice(sums, [-1], [-beyond], [3], [-1]) : sums;
  return graph.transpose(turned, [0, 2, 1, 3]);
};

/**
 * Strides on blocked pictures. Neighbouring columns of one stride lie next to each other as lanes, rows of one phase are cut out whole;
 * what is left is a convolution of stride 1. One batched product of all shifts of dy with each phase gives every tap.
 */
export const phased: Way = (p) => {
  const { graph, block } = p.tracer;
  const { batch, channels, out, height, width } = p;
  const { kernel, strides } = p.geometry;
  const [rows, columns] = [kernel[0] / strides[0], kernel[1] / strides[1]];
  const [tall, pitch] = [height + rows - 1, width + columns - 1];
  const [groups, lanes] = [Math.ceil(channels / block), strides[1] * block];

  // A shift moves rows of this length to the right; what it moves out at the end are zeros.
  const length = height * pitch - (columns - 1);
  const row = graph.slice(p.gradientRows(pitch), [0], [length], [2]);
  const pieces: string[] = [];
  let end = 0;
  for (let shift = 0; shift < rows * columns; shift++) {
    const start = shift * tall * pitch + Math.floor(shift / columns) * pitch + (shift % columns);
    if (start > end) pieces.push(graph.zeros([batch, out, start - end]));
    pieces.push(row);
    end = start + length;
  }
  const shifts = out * rows * columns;
  const dy = graph.reshape(graph.concat(pieces, 2), [batch, 1, shifts, tall * pitch]);

  const [bottom, right] = [tall * strides[0], pitch * strides[1]];
  const picture = p.reaching(bottom, right);
  const phases = Array.from({ length: strides[0] }, (_, phase) => {
    const cut = graph.slice(picture, [phase, 0], [bottom, right], [2, 3], [strides[0], 1]);
    const product = graph.node('MatMul', [dy, graph.reshape(cut, [batch, groups, tall * pitch, lanes])]);
    return p.total(product, groups * shifts * lanes);
  });
  const sums = graph.reshape(graph.concat(phases, 0), [strides[0], groups, out, rows, columns, strides[1], block]);
  const filter = graph.reshape(graph.transpose(sums, [2, 1, 6, 3, 0, 4, 5]), [out, groups * block, ...kernel]);
  return groups * block === channels ? filter : graph.slice(filter, [0], [channels], [1]);
};
