/** Lowerings of pooling and its gradients. */
import { backend_util } from '@tensorflow/tfjs-core';
import { maxPoolGatherKernel } from '../../gradients/max-pool.js';
import type { Attributes } from '../graph.js';
import { channelsFirst, nchw } from '../layout.js';
import { type Lowerings, lowering, type Operands } from '../lowering.js';
import type { Tracer } from '../tracer.js';
import { computed, type Value } from '../value.js';
import type { Geometry } from './geometry.js';
import { col2im, paddedInput, tapSlices } from './im2col.js';

interface PoolAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function windowOf(x: Value, { filterSize, strides, pad, dimRoundingMode }: PoolAttributes): Geometry {
  const input = [...x.shape] as [number, number, number, number];
  const info = backend_util.computePool2DInfo(input, filterSize, strides, 1, pad, dimRoundingMode);
  const { top, left } = info.padInfo;
  const bottom = (info.outHeight - 1) * info.strideHeight + info.filterHeight - info.inHeight - top;
  const right = (info.outWidth - 1) * info.strideWidth + info.filterWidth - info.inWidth - left;
  return {
    input,
    output: info.outShape,
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [1, 1],
    pads: [top, left, bottom, right],
  };
}

/** The attributes of ONNX's pooling operators. */
function operatorOf({ kernel, strides, pads }: Geometry): Attributes {
  return { kernel_shape: kernel, strides, pads: pads.map((extent) => Math.max(0, extent)) };
}

function pool(tracer: Tracer, op: 'MaxPool' | 'AveragePool', x: Value, attributes: PoolAttributes): Value {
  const geometry = windowOf(x, attributes);
  tracer.runtimeBlocksMore = true;
  const name = tracer.graph.node(op, [tracer.fetch(x, nchw)], operatorOf(geometry));
  return computed(geometry.output, 'float32', name, nchw);
}

function maxPoolGradient(tracer: Tracer, { dy, input, output }: Operands, attributes: PoolAttributes): Value {
  const geometry = windowOf(input, attributes);
  return tracer.target.poolPositions
    ? gradientByPositions(tracer, dy, input, geometry)
    : gradientByComparison(tracer, dy, input, output, geometry);
}

/** Scatters each gradient to the position of its window's maximum, which is a second output of the pooling. */
function gradientByPositions(tracer: Tracer, dy: Value, input: Value, geometry: Geometry): Value {
  const { graph } = tracer;
  const { kernel, strides, pads } = geometry;
  const [batch, height, width, channels] = input.shape;
  const dims = [batch, channels, height, width];
  const [, positions] = graph.outputs('MaxPool', [tracer.fetch(input, nchw)], 2, operatorOf(geometry));
  const gradient = tracer.fetch(dy, nchw);
  const disjoint = pads.every((extent) => extent <= 0) && strides[0] >= kernel[0] && strides[1] >= kernel[1];
  if (disjoint) {
    const inputs = [gradient, positions, graph.ints(dims)];
    const unpooled = graph.node('MaxUnpool', inputs, { kernel_shape: kernel, strides });
    return computed(input.shape, 'float32', unpooled, nchw);
  }
  const inputs = [graph.zeros([input.size]), graph.reshape(positions, [-1]), graph.reshape(gradient, [-1])];
  const scattered = graph.node('ScatterElements', inputs, { axis: 0, reduction: 'add' });
  return computed(input.shape, 'float32', graph.reshape(scattered, dims), nchw);
}

/** The second derivative: for each window, the value of `x` at the position of the maximum in `input`. */
function maxPoolGather(tracer: Tracer, { x, input, output }: Operands, attributes: PoolAttributes): Value {
  const { graph } = tracer;
  const geometry = windowOf(input, attributes);
  const [batch, height, width, channels] = geometry.output;
  if (tracer.target.poolPositions) {
    const [, positions] = graph.outputs('MaxPool', [tracer.fetch(input, nchw)], 2, operatorOf(geometry));
    const places = [graph.reshape(tracer.fetch(x, nchw), [-1]), graph.reshape(positions, [-1])];
    const taken = graph.node('GatherElements', places, { axis: 0 });
    return computed(geometry.output, 'float32', graph.reshape(taken, [batch, channels, height, width]), nchw);
  }
  const values = tapSlices(tracer, paddedInput(tracer, tracer.fetch(x, channelsFirst), geometry), geometry);
  const shares = maximaOf(tracer, input, output, geometry).map((mask, i) => graph.node('Mul', [values[i], mask]));
  const name = shares.reduce((sum, share) => graph.node('Add', [sum, share]));
  return computed(geometry.output, 'float32', name, channelsFirst);
}

const lowestFloat = -3.4028234663852886e38;

/** For each tap a mask: 1 in windows where this tap is the maximum (the first of equal ones), 0 elsewhere; found by comparison. */
function maximaOf(tracer: Tracer, input: Value, output: Value, geometry: Geometry): string[] {
  const { graph } = tracer;
  const maxima = tracer.fetch(output, channelsFirst);
  const padded = paddedInput(tracer, tracer.fetch(input, channelsFirst), geometry, lowestFloat);
  let taken: string | undefined;
  return tapSlices(tracer, padded, geometry).map((tap) => {
    const equal = graph.node('Equal', [tap, maxima]);
    const first = taken ? graph.node('And', [equal, graph.node('Not', [taken])]) : equal;
    taken = taken ? graph.node('Or', [taken, equal]) : equal;
    return graph.node('Cast', [first], { to: 1 });
  });
}

function gradientByComparison(tracer: Tracer, dy: Value, input: Value, output: Value, geometry: Geometry): Value {
  const { graph } = tracer;
  const gradient = tracer.fetch(dy, channelsFirst);
  const shares = maximaOf(tracer, input, output, geometry).map((mask) => graph.node('Mul', [gradient, mask]));
  const name = col2im(tracer, geometry, (row, column) => shares[row * geometry.kernel[1] + column]);
  return computed(input.shape, 'float32', name, channelsFirst);
}

/** tf.js spreads each gradient evenly over a whole window; irisflow's own gradient uses this kernel only where windows stay inside the image. */
function avgPoolGradient(tracer: Tracer, dy: Value, input: Value, attributes: PoolAttributes): Value {
  const geometry = windowOf(input, attributes);
  const share = tracer.graph.float(1 / (geometry.kernel[0] * geometry.kernel[1]));
  const spread = tracer.graph.node('Mul', [tracer.fetch(dy, channelsFirst), share]);
  return computed(
    input.shape,
    'float32',
    col2im(tracer, geometry, () => spread),
    channelsFirst,
  );
}

export const pools: Lowerings = {
  MaxPool: lowering<PoolAttributes>((tracer, { x }, attributes) => pool(tracer, 'MaxPool', x, attributes)),
  AvgPool: lowering<PoolAttributes>((tracer, { x }, attributes) => pool(tracer, 'AveragePool', x, attributes)),
  MaxPoolGrad: lowering<PoolAttributes>(maxPoolGradient),
  [maxPoolGatherKernel]: lowering<PoolAttributes>(maxPoolGather),
  AvgPoolGrad: lowering<PoolAttributes>((tracer, { dy, input }, attributes) =>
    avgPoolGradient(tracer, dy, input, attributes),
  ),
};
