/** Gradients of convolutions, pooling, resizing, batch normalisation and matrix products. */

import type { GradConfig, NamedAttrMap, NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { unbroadcast } from './unbroadcast.js';

const kernel = (name: string, inputs: NamedTensorMap, attributes: object): Tensor =>
  tf.engine().runKernel(name, inputs, attributes as NamedAttrMap);

function matMulGradient(dy: Tensor, a: Tensor, b: Tensor, ta: boolean, tb: boolean) {
  return {
    a: () => unbroadcast(ta ? tf.matMul(b, dy, tb, true) : tf.matMul(dy, b, false, !tb), a.shape),
    b: () => unbroadcast(tb ? tf.matMul(dy, a, true, ta) : tf.matMul(a, dy, !ta, false), b.shape),
  };
}

/** A window that overlaps the border averages fewer values; tf.js's CPU gradient kernel ignores that, so those counts are computed here. */
function avgPoolGradient(dy: Tensor, input: Tensor, attributes: NamedAttrMap): Tensor {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as unknown as tf.AvgPoolAttrs;
  const shape = input.shape as [number, number, number, number];
  const { filterHeight, filterWidth, padInfo } = tf.backend_util.computePool2DInfo(
    shape,
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const inside = [padInfo.top, padInfo.bottom, padInfo.left, padInfo.right].every((border) => border === 0);
  if (inside) return kernel('AvgPoolGrad', { dy, input }, attributes);
  const [, height, width, channels] = shape;
  const ones = tf.ones([filterHeight, filterWidth, channels, 1]);
  const spatial = { strides, pad, dimRoundingMode, dilations: 1 };
  const counts = kernel('DepthwiseConv2dNative', { x: tf.ones([1, height, width, channels]), filter: ones }, spatial);
  return kernel(
    'DepthwiseConv2dNativeBackpropInput',
    { dy: tf.div(dy, counts), filter: ones },
    { ...spatial, inputShape: shape },
  );
}

function batchNormGradient(dy: Tensor, [x, mean, variance, scale]: Tensor[], epsilon: number) {
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  const factor = tf.mul(inverse, scale);
  const centred = () => tf.sub(x, mean);
  const total = () => unbroadcast(dy, mean.shape);
  const weighted = () => unbroadcast(tf.mul(dy, centred()), mean.shape);
  return {
    x: () => tf.mul(dy, factor),
    mean: () => tf.neg(tf.mul(total(), factor)),
    variance: () => tf.mul(weighted(), tf.mul(-0.5, tf.mul(factor, tf.square(inverse)))),
    scale: () => tf.mul(weighted(), inverse),
    offset: total,
  };
}

export const spatialGradients: readonly GradConfig[] = [
  {
    kernelName: 'BatchMatMul',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b], attributes) => {
      const { transposeA, transposeB } = attributes as unknown as tf.BatchMatMulAttrs;
      return matMulGradient(dy as Tensor, a, b, Boolean(transposeA), Boolean(transposeB));
    },
  },
  {
    kernelName: 'Conv2D',
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy, [x, filter], attributes) => ({
      x: () => kernel('Conv2DBackpropInput', { dy: dy as Tensor, filter }, { ...attributes, inputShape: x.shape }),
      filter: () =>
        kernel('Conv2DBackpropFilter', { x, dy: dy as Tensor }, { ...attributes, filterShape: filter.shape }),
    }),
  },
  {
    kernelName: 'Conv2DBackpropInput',
    inputsToSave: ['dy', 'filter'],
    gradFunc: (ddx, [dy, filter], attributes) => ({
      dy: () => kernel('Conv2D', { x: ddx as Tensor, filter }, { dilations: 1, ...attributes }),
      filter: () =>
        kernel('Conv2DBackpropFilter', { x: ddx as Tensor, dy }, { ...attributes, filterShape: filter.shape }),
    }),
  },
  {
    kernelName: 'Conv2DBackpropFilter',
    inputsToSave: ['x', 'dy'],
    gradFunc: (ddw, [x, dy], attributes) => ({
      x: () => kernel('Conv2DBackpropInput', { dy, filter: ddw as Tensor }, { ...attributes, inputShape: x.shape }),
      dy: () => kernel('Conv2D', { x, filter: ddw as Tensor }, { dilations: 1, ...attributes }),
    }),
  },
  {
    kernelName: 'DepthwiseConv2dNative',
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy, [x, filter], attributes) => ({
      x: () =>
        kernel(
          'DepthwiseConv2dNativeBackpropInput',
          { dy: dy as Tensor, filter },
          { ...attributes, inputShape: x.shape },
        ),
      filter: () =>
        kernel(
          'DepthwiseConv2dNativeBackpropFilter',
          { x, dy: dy as Tensor },
          { ...attributes, filterShape: filter.shape },
        ),
    }),
  },
  {
    kernelName: 'DepthwiseConv2dNativeBackpropInput',
    inputsToSave: ['dy', 'filter'],
    gradFunc: (ddx, [dy, filter], attributes) => ({
      dy: () => kernel('DepthwiseConv2dNative', { x: ddx as Tensor, filter }, attributes),
      filter: () =>
        kernel(
          'DepthwiseConv2dNativeBackpropFilter',
          { x: ddx as Tensor, dy },
          { ...attributes, filterShape: filter.shape },
        ),
    }),
  },
  {
    kernelName: 'AvgPool',
    inputsToSave: ['x'],
    gradFunc: (dy, [input], attributes) => ({ x: () => avgPoolGradient(dy as Tensor, input, attributes) }),
  },
  {
    // This kernel is used only where no window overlaps the border, so that every gradient is spread evenly.
    kernelName: 'AvgPoolGrad',
    inputsToSave: ['input'],
    gradFunc: (ddx, [input], attributes) => ({
      dy: () => kernel('AvgPool', { x: ddx as Tensor }, attributes),
      input: () => tf.zerosLike(input),
    }),
  },
  {
    kernelName: 'FusedBatchNorm',
    inputsToSave: ['x', 'mean', 'variance', 'scale'],
    gradFunc: (dy, saved, attributes) =>
      batchNormGradient(dy as Tensor, saved, (attributes as unknown as tf.FusedBatchNormAttrs).varianceEpsilon),
  },
];
