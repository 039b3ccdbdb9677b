/** Lowerings of convolution: forward, and what forward and input gradient share. */
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
import { forwardByColumns, isLargeFilter } from './large-filter.js';

interface Fused extends ConvolutionAttributes {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

/** Names a filter: in OIHW, and, where there is a quicker way to it, in blocks. */
export interface Weights {
  plain(): string;
  inBlocks?(): string;
}

export interface Emission {
  readonly filter: FilterDims;
  readonly strides?: readonly [number, number];
  readonly dilations?: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly pads: readonly number[];
  readonly output: readonly number[];
  /** The filter is a constant, which is reordered beforehand. */
  readonly constant: boolean;
}

/** A convolution of `x` by a filter: blocked where possible. */
export function convolve(tracer: Tracer, x: Value, weights: Weights, emission: Emission): Value {
  const { graph, block } = tracer;
  const { filter, strides = [1, 1], dilations = [1, 1], pads, output, constant } = emission;
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
  // Fewer channels than a block stay planar.
  const few = channels < block;
  const ready = few ? undefined : weights.inBlocks?.();
  const inputs = [tracer.fetch(x, few ? nchw : blocked), ready ?? blockedFilter(tracer, weights.plain(), filter)];
  const value = convolved(tracer, output, graph.node('Conv', inputs, attributes, blockedDomain), blocked);
  // A few channels in a block of many are better taken out of it, once everything that fuses has fused.
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
  if (isLargeFilter(filter, geometry)) return forwardByColumns(tracer, x, filter, geometry);
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

/** Depthwise filters, `[height, width, channels, multiplier]`, as ONNX's grouped `[channels · multiplier, 1, height, width]`. */
export function groupedFilter(tracer: Tracer, filter: Value): string {
  const [height, width, channels, multiplier] = filter.shape;
  return tracer.graph.reshape(tracer.fetch(filter, '2301'), [channels * multiplier, 1, height, width]);
}

function depthwise(tracer: Tracer, { x, filter }: Operands, attributes: ConvolutionAttributes): Value {
  const { kernel, strides, dilations, pads, output } = geometryOf(x.shape, filter.shape, attributes, true);
  tracer.optimiserKnowsBetter ||= filter.constant;
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
