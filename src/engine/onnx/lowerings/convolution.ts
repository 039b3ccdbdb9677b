/** Lowerings of convolution: forward, and what forward and input gradient share. */
import { backend_util } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../values.js';
import { blockable, blockedFilter, type FilterDims, worthReordering } from '../blocked.js';
import { blockedDomain } from '../graph.js';
import { blocked, nchw, oihw } from '../layout.js';
import { type Lowerings, lowering, type Operands } from '../lowering.js';
import type { Tracer } from '../tracer.js';
import { computed, type Value } from '../value.js';
import { activate } from './activation.js';
import { add } from './arithmetic.js';

type Padding = Parameters<typeof backend_util.computeConv2DInfo>[4];
type Extents = [number, number, number, number];

export interface ConvolutionAttributes {
  readonly strides: number | [number, number];
  readonly pad: Padding;
  readonly dataFormat?: string;
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

interface Fused extends ConvolutionAttributes {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

/** Sizes of a convolution, seen from its forward direction. */
export interface Geometry {
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly kernel: readonly [height: number, width: number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Top, left, bottom, right; such that exactly `output` comes out. Bottom and right may be negative: cut, not padded. */
  readonly pads: readonly [number, number, number, number];
}

export function geometryOf(
  input: readonly number[],
  filter: readonly number[],
  { strides, pad, dataFormat = 'NHWC', dilations = 1, dimRoundingMode }: ConvolutionAttributes,
  depthwise = false,
): Geometry {
  if (dataFormat !== 'NHWC' && dataFormat !== 'channelsLast') throw new Error(`dataFormat ${dataFormat}: use NHWC`);
  if (typeof pad === 'number' && filter[0] !== filter[1]) {
    throw new Error(
      'tf.js computes wrong sizes for a number as padding of a filter that is not square: pad explicitly',
    );
  }
  const info = backend_util.computeConv2DInfo(
    [...input] as Extents,
    [...filter] as Extents,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
  );
  const { top, left } = info.padInfo;
  const rest = (out: number, stride: number, extent: number, full: number, before: number) =>
    (out - 1) * stride + extent - full - before;
  const bottom = rest(info.outHeight, info.strideHeight, info.effectiveFilterHeight, info.inHeight, top);
  const right = rest(info.outWidth, info.strideWidth, info.effectiveFilterWidth, info.inWidth, left);
  return {
    input,
    output: info.outShape,
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
  };
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

/** A convolution of `x` by the filter named `weights` (OIHW): blocked where possible. */
export function convolve(tracer: Tracer, x: Value, weights: string, emission: Emission): Value {
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
    return convolved(tracer, output, graph.node('Conv', [tracer.fetch(x, nchw), weights], attributes), nchw);
  }
  tracer.constantsBlocked ||= constant;
  const inputs = [tracer.fetch(x, channels < block ? nchw : blocked), blockedFilter(tracer, weights, filter)];
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
  const [height, width, channels, out] = filter.shape;
  return convolve(tracer, x, tracer.fetch(filter, oihw), {
    ...geometry,
    filter: [out, channels, height, width],
    constant: filter.constant,
  });
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
