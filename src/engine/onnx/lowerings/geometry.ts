/** Computes sizes and padding of convolutions from tf.js's attributes. */
import { backend_util } from '@tensorflow/tfjs-core';

type Padding = Parameters<typeof backend_util.computeConv2DInfo>[4];
type Extents = [number, number, number, number];

export interface ConvolutionAttributes {
  readonly strides: number | [number, number];
  readonly pad: Padding;
  readonly dataFormat?: string;
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Sizes of a convolution; input and output are those of the forward pass. */
export interface Geometry {
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly kernel: readonly [height: number, width: number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Top, left, bottom, right, such that the result has exactly the size `output`. Negative bottom and right crop the input. */
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
