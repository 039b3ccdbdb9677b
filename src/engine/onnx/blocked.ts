/**
 * Convolution on ONNX Runtime's blocked layout. Its optimiser goes there by itself for constant weights only; weights that
 * train are reordered in the graph, where that is cheap next to the convolution.
 */
import { sizeOf } from '../values.js';
import { beyond, blockedDomain } from './graph.js';
import type { Tracer } from './tracer.js';

/** `[out, in, height, width]`. */
export type FilterDims = readonly [out: number, channels: number, height: number, width: number];

/** Whether the blocked convolution takes these channels. Those that fill no block are padded with zeros. */
export function blockable(block: number, channels: number, out: number): boolean {
  return block > 0 && (channels >= block || out >= block);
}

/** Whether reordering the filter costs less than it brings. */
export function worthReordering(filter: FilterDims, inputSize: number, outputSize: number): boolean {
  return sizeOf(filter) <= Math.max(inputSize, outputSize);
}

/** The taps of one axis that a filter is made of: every so many, from the last down. */
export interface TapsDown {
  readonly last: number;
  readonly step: number;
}

/**
 * The same, of the filter that takes the gradient of `out` channels back to `channels`, from some taps in the opposite order. Taps are
 * chosen when their channels already lie together, which is faster than number by number.
 */
export function blockedTransposed(
  { graph, block }: Tracer,
  name: string,
  [out, channels, height, width]: FilterDims,
  rows: TapsDown,
  columns: TapsDown,
): string {
  const [from, to] = [Math.ceil(out / block), Math.ceil(channels / block)];
  const full = graph.pad(name, [0, 0, 0, 0], [from * block - out, to * block - channels, 0, 0]);
  const split = graph.reshape(full, [from, block, to, block, height, width]);
  const turned = graph.transpose(split, [2, 0, 4, 5, 1, 3]);
  const taps = [rows, columns];
  const starts = taps.map(({ last }) => last);
  const steps = taps.map(({ step }) => -step);
  const one = height * width === 1;
  const chosen = one ? turned : graph.slice(turned, starts, [-beyond, -beyond], [2, 3], steps);
  const count = ({ last, step }: TapsDown) => Math.floor(last / step) + 1;
  return graph.reshape(chosen, [to * block, from * block, count(rows), count(columns)]);
}

/** A filter in the order that the blocked convolution reads; its channels are padded to whole blocks. */
export function blockedFilter(tracer: Tracer, name: string, [out, channels, height, width]: FilterDims): string {
  const { graph, block } = tracer;
  const blocks = Math.ceil(out / block);
  // Fewer channels than a block stay as they are: the convolution has a special form for the first layer of a network.
  const groups = channels < block ? 0 : Math.ceil(channels / block);
  const inputs = groups === 0 ? channels : groups * block;
  const full = graph.pad(name, [0, 0, 0, 0], [blocks * block - out, inputs - channels, 0, 0]);
  const dims = [blocks * block, inputs, height, width];
  if (groups === 0) {
    const split = graph.reshape(full, [blocks, block, channels, height, width]);
    return graph.reshape(graph.transpose(split, [0, 2, 3, 4, 1]), dims);
  }
  // In two steps, as the runtime has quick ways for exchanging two axes and for moving whole rows, and a slow one for all else.
  const split = graph.reshape(full, [blocks, block, groups * block * height * width]);
  const outLast = graph.reshape(graph.transpose(split, [0, 2, 1]), [blocks * groups, block, height * width, block]);
  return graph.reshape(graph.transpose(outLast, [0, 2, 1, 3]), dims);
}

/** A window, the place in it that is taken, and how it moves. */
export interface Cut {
  readonly size: readonly number[];
  readonly at: readonly number[];
  readonly strides: readonly number[];
  /** Top, left, bottom, right; zeros. */
  readonly pads: readonly number[];
}

/** Takes one place of each window of a blocked picture: a depthwise convolution by a one pads and cuts at once, on all threads. */
export function cutBlocks({ graph, block }: Tracer, name: string, channels: number, cut: Cut): string {
  const { size, at, strides, pads } = cut;
  const taps = size[0] * size[1];
  const tap = at[0] * size[1] + at[1];
  const one = Float32Array.from({ length: channels * taps }, (_, i) => Number(Math.floor(i / block) % taps === tap));
  const filter = graph.constant('float32', [channels, 1, ...size], one);
  const attributes = { group: channels, kernel_shape: size, strides, dilations: [1, 1], pads };
  return graph.node('Conv', [name, filter], attributes, blockedDomain);
}
