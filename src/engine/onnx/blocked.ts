/**
 * Convolution on ONNX Runtime's blocked layout. Its optimiser goes there by itself for constant weights only; weights that
 * train are reordered in the graph, where that is cheap next to the convolution.
 */
import { sizeOf } from '../values.js';
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
  const split = graph.reshape(full, [blocks, block, groups, block, height, width]);
  return graph.reshape(graph.transpose(split, [0, 2, 4, 5, 3, 1]), dims);
}
