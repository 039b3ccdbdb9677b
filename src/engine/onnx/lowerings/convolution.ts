/** Lowerings of convolutions, and the parts that they share with the input gradient. */
import { sizeOf } from '../../values.js';
import { blockable, blockedFilter, type FilterDims, worthReordering } from '../blocked.js';
import { blockedDomain } from '../graph.js';
import { blocked, nchw, oihw } from '../layout.js';
import { type Lowerings, lowering, type Operands } from '../lowering.js';
import type { Tracer } from '../tracer.js';
import { computed, type Value } from '../value.js';
import { activate } from './activation.js';
import { add } from './arithmetic.js';
import { type ConvolutionAttributes, geometryOf } from './geometry.js';
import { forwardByIm2col, isLargeFilter } from './large-filter.js';

interface Fused extends ConvolutionAttributes {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

/** Gives the graph names of a filter: in OIHW, and in blocks where a faster reordering than the general one exists. */
export interface Weights {
  plain(): string;
  inBlocks?(): string;
}

/** Sizes and attributes of one convolution node. */
export interface ConvolutionSpec {
  readonly filter: FilterDims;
  readonly strides?: readonly [number, number];
  readonly dilations?: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly pads: readonly number[];
  readonly output: readonly number[];
  /** Whether the filter is a constant, which is reordered when the session is created. */
  readonly constant: boolean;
}

/** A convolution of `x` by a filter, in the blocked layout where possible. */
export function convolve(tracer: Tracer, x: Value, weights: Weights, spec: ConvolutionSpec): Value {
  const { graph, block } = tracer;
  const { filter, strides = [1, 1], dilations = [1, 1], pads, output, constant } = spec;
  const [out, channels, height, width] = filter;
  const attributes = {
    kernel_shape: [height, width],
    strides,
    dilations,
    pads: pads.map((extent) => Math.max(0, extent)),
  };
  const inBlocks =
    blockable(block, channels, out) &&
    (constant ? tracer.constantsInBlocks : channels < block || worthReordering(filter, x.size, sizeOf(output)));
  if (!inBlocks) {
    return convolved(tracer, output, graph.node('Conv', [tracer.fetch(x, nchw), weights.plain()], attributes), nchw);
  }
  tracer.constantsBlocked ||= constant;
  // An input with fewer channels than a block stays planar.
  const planarInput = channels < block;
  const reordered = planarInput ? undefined : weights.inBlocks?.();
  const inputs = [
    tracer.fetch(x, planarInput ? nchw : blocked),
    reordered ?? blockedFilter(tracer, weights.plain(), filter),
  ];
  const value = convolved(tracer, output, graph.node('Conv', inputs, attributes, blockedDomain), blocked);
  // A result with fewer channels than a block is converted to planar once bias and activation have been fused.
  if (out < block) value.preferred = nchw;
  return value;
}

function convolved(tracer: Tracer, shape: readonly number[], name: string, layout: string): Value {
  const value = computed(shape, 'float32', name, layout);
  value.convolution = tracer.graph.producer(name);
  return value;
}

function forward(tracer: Tracer, { x, filter }: Operands, attributes: ConvolutionAttributes): Value {
  const geometry = geometryOf(x.shape, filter.shape, attributes);
  if (isLargeFilter(filter, geometry)) return forwardByIm2col(tracer, x, filter, geometry);
  const [height, width, channels, out] = filter.shape;
  return convolve(
    tracer,
    x,
    { plain: () => tracer.fetch(filter, oihw) },
    {
      ...geometry,
      filter: [out, channels, height, width],
      constant: filter.constant,
    },
  );
}

/** A depthwise filter, `[height, width, channels, multiplier]`, as ONNX's grouped `[channels · multiplier, 1, height, width]`. */
export function groupedFilter(tracer: Tracer, filter: Value): string {
  const [height, width, channels, multiplier] = filter.shape;
  return tracer.graph.reshape(tracer.fetch(filter, '2301'), [channels * multiplier, 1, height, width]);
}

function depthwise(tracer: Tracer, { x, filter }: Operands, attributes: ConvolutionAttributes): Value {
  const { kernel, strides, dilations, pads, output } = geometryOf(x.shape, filter.shape, attributes, true);
  tracer.runtimeBlocksMore ||= filter.constant;
  const name = tracer.graph.node('Conv', [tracer.fetch(x, nchw), groupedFilter(tracer, filter)], {
    group: x.shape[3],
    kernel_shape: kernel,
    strides,
    dilations,
    pads: pads.map((extent) => Math.max(0, extent)),
  });
  return convolved(tracer, output, name, nchw);
}

type Convolution = (tracer: Tracer, operands: Operands, attributes: ConvolutionAttributes) => Value;

const fused = (convolution: Convolution) =>
  lowering<Fused>((tracer, operands, attributes) => {
    const bias: Value | undefined = operands.bias;
    const result = convolution(tracer, operands, attributes);
    return activate(tracer, bias ? add(tracer, result, bias) : result, attributes, operands.preluActivationWeights);
  });

export const convolutions: Lowerings = {
  Conv2D: lowering<ConvolutionAttributes>(forward),
  FusedConv2D: fused(forward),
  DepthwiseConv2dNative: lowering<ConvolutionAttributes>(depthwise),
  FusedDepthwiseConv2D: fused(depthwise),
};
