/**
 * Convolution on ONNX Runtime's blocked layout. Its optimiser uses that layout only for constant weights; weights that are
 * trained are reordered in the graph where that is cheap compared with the convolution.
 */
import { sizeOf } from '../values.js';
import { blockedDomain, maxSliceEnd } from './graph.js';
import type { Tracer } from './tracer.js';

/** `[out, in, height, width]`. */
export type FilterDims = readonly [out: number, channels: number, height: number, width: number];

/** Whether the blocked convolution supports these channel counts. Channels that do not fill a block are padded with zeros. */
export function blockable(block: number, channels: number, out: number): boolean {
  return block > 0 && (channels >= block || out >= block);
}

/** Whether reordering the filter is expected to cost less than the blocked convolution saves. */
export function worthReordering(filter: FilterDims, inputSize: number, outputSize: number): boolean {
  return sizeOf(filter) <= Math.max(inputSize, outputSize);
}

/** The filter taps of one axis to use: every `step`-th, from `last` down. */
export interface ReversedTaps {
  readonly last: number;
  readonly step: number;
}

/**
 * The blocked filter of the input gradient, which maps `out` channels to `channels`, with the chosen taps in reverse order. Taps
 * are chosen after their channels are contiguous, because slicing whole blocks is faster than slicing single numbers.
 */
export function blockedTransposed(
  { graph, block }: Tracer,
  name: string,
  [out, channels, height, width]: FilterDims,
  rows: ReversedTaps,
  columns: ReversedTaps,
): string {
  const [from, to] = [Math.ceil(out / block), Math.ceil(channels / block)];
  const full = graph.pad(name, [0, 0, 0, 0], [from * block - out, to * block - channels, 0, 0]);
  const split = graph.reshape(full, [from, block, to, block, height, width]);
  const inOutSwapped = graph.transpose(split, [2, 0, 4, 5, 1, 3]);
  const taps = [rows, columns];
  const starts = taps.map(({ last }) => last);
  const steps = taps.map(({ step }) => -step);
  const pointwise = height * width === 1;
  const chosen = pointwise
    ? inOutSwapped
    : graph.slice(inOutSwapped, starts, [-maxSliceEnd, -maxSliceEnd], [2, 3], steps);
  const count = ({ last, step }: ReversedTaps) => Math.floor(last / step) + 1;
  return graph.reshape(chosen, [to * block, from * block, count(rows), count(columns)]);
}

/** A filter in the order that the blocked convolution reads, its channels padded to whole blocks. */
export function blockedFilter(tracer: Tracer, name: string, [out, channels, height, width]: FilterDims): string {
  const { graph, block } = tracer;
  const blocks = Math.ceil(out / block);
  // Fewer input channels than a block stay planar: the convolution has a special form for the first layer of a network.
  const groups = channels < block ? 0 : Math.ceil(channels / block);
  const inputs = groups === 0 ? channels : groups * block;
  const full = graph.pad(name, [0, 0, 0, 0], [blocks * block - out, inputs - channels, 0, 0]);
  const dims = [blocks * block, inputs, height, width];
  if (groups === 0) {
    const split = graph.reshape(full, [blocks, block, channels, height, width]);
    return graph.reshape(graph.transpose(split, [0, 2, 3, 4, 1]), dims);
  }
  // Two transposes, because the runtime is fast at exchanging two axes and at moving whole rows, and slow at other permutations.
  const split = graph.reshape(full, [blocks, block, groups * block * height * width]);
  const outLast = graph.reshape(graph.transpose(split, [0, 2, 1]), [blocks * groups, block, height * width, block]);
  return graph.reshape(graph.transpose(outLast, [0, 2, 1, 3]), dims);
}

/** A strided slice of rows and columns, described as a convolution that copies the place `at` of each window. */
export interface BlockSlice {
  readonly size: readonly number[];
  readonly at: readonly number[];
  readonly strides: readonly number[];
  /** Top, left, bottom, right; zeros. */
  readonly pads: readonly number[];
}

/** Slices a blocked image: a depthwise convolution by a one-hot filter pads and slices in one operation, on all threads. */
export function sliceBlocks({ graph, block }: Tracer, name: string, channels: number, slice: BlockSlice): string {
  const { size, at, strides, pads } = slice;
  const taps = size[0] * size[1];
  const tap = at[0] * size[1] + at[1];
  const oneHot = Float32Array.from({ length: channels * taps }, (_, i) => Number(Math.floor(i / block) % taps === tap));
  const filter = graph.constant('float32', [channels, 1, ...size], oneHot);
  const attributes = { group: channels, kernel_shape: size, strides, dilations: [1, 1], pads };
  return graph.node('Conv', [name, filter], attributes, blockedDomain);
}
