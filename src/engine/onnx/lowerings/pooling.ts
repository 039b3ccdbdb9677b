/** Lowerings of pooling and its gradients. */
import { backend_util } from '@tensorflow/tfjs-core';
import type { Attributes } from '../graph.js';
import { nchw } from '../layout.js';
import { type Lowerings, lowering } from '../lowering.js';
import type { Tracer } from '../tracer.js';
import { computed, type Value } from '../value.js';

interface PoolAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

interface Window {
  readonly output: readonly number[];
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly attributes: Attributes;
  readonly padded: boolean;
}

function windowOf(x: Value, { filterSize, strides, pad, dimRoundingMode }: PoolAttributes): Window {
  const input = [...x.shape] as [number, number, number, number];
  const info = backend_util.computePool2DInfo(input, filterSize, strides, 1, pad, dimRoundingMode);
  const { top, left } = info.padInfo;
  const bottom = (info.outHeight - 1) * info.strideHeight + info.filterHeight - info.inHeight - top;
  const right = (info.outWidth - 1) * info.strideWidth + info.filterWidth - info.inWidth - left;
  const pads = [top, left, Math.max(0, bottom), Math.max(0, right)];
  const kernel = [info.filterHeight, info.filterWidth] as const;
  const step = [info.strideHeight, info.strideWidth] as const;
  return {
    output: info.outShape,
    kernel,
    strides: step,
    attributes: { kernel_shape: kernel, strides: step, pads },
    padded: pads.some((extent) => extent > 0),
  };
}

function pool(tracer: Tracer, op: 'MaxPool' | 'AveragePool', x: Value, attributes: PoolAttributes): Value {
  const { output, attributes: window } = windowOf(x, attributes);
  tracer.optimiserKnowsBetter = true;
  return computed(output, 'float32', tracer.graph.node(op, [tracer.fetch(x, nchw)], window), nchw);
}

/** Puts each gradient where its window's maximum was, which the pooling itself reports as a second output. */
function maxPoolGradient(tracer: Tracer, dy: Value, input: Value, attributes: PoolAttributes): Value {
  const { graph } = tracer;
  const { kernel, strides, attributes: window, padded } = windowOf(input, attributes);
  const [batch, height, width, channels] = input.shape;
  const dims = [batch, channels, height, width];
  const [, positions] = graph.outputs('MaxPool', [tracer.fetch(input, nchw)], 2, window);
  const gradient = tracer.fetch(dy, nchw);
  const apart = !padded && strides[0] >= kernel[0] && strides[1] >= kernel[1];
  if (apart) {
    const unpooled = graph.node('MaxUnpool', [gradient, positions, graph.ints(dims)], {
      kernel_shape: kernel,
      strides,
    });
    return computed(input.shape, 'float32', unpooled, nchw);
  }
  const inputs = [graph.zeros([input.size]), graph.reshape(positions, [-1]), graph.reshape(gradient, [-1])];
  const scattered = graph.node('ScatterElements', inputs, { axis: 0, reduction: 'add' });
  return computed(input.shape, 'float32', graph.reshape(scattered, dims), nchw);
}

/** tf.js spreads each gradient evenly over a full window; `irisflow`'s own gradient uses this only inside the picture. */
function avgPoolGradient(tracer: Tracer, dy: Value, input: Value, attributes: PoolAttributes): Value {
  const { graph } = tracer;
  const { kernel, strides, output, attributes: window } = windowOf(input, attributes);
  const [batch, height, width, channels] = input.shape;
  const share = 1 / (kernel[0] * kernel[1]);
  const weights = graph.constant('float32', [1, 1, ...kernel], new Float32Array(kernel[0] * kernel[1]).fill(share));
  // Every plane is a picture of its own: a depthwise product without groups.
  const planes = graph.reshape(tracer.fetch(dy, nchw), [batch * channels, 1, output[1], output[2]]);
  const spread = graph.node('ConvTranspose', [planes, weights], window);
  const pads = window.pads as readonly number[];
  const rest = [height, width].map((extent, axis) => {
    const reached = (output[axis + 1] - 1) * strides[axis] + kernel[axis] - pads[axis] - pads[axis + 2];
    return Math.max(0, extent - reached);
  });
  const full = graph.pad(spread, [0, 0, 0, 0], [0, 0, ...rest]);
  return computed(input.shape, 'float32', graph.reshape(full, [batch, channels, height, width]), nchw);
}

export const pools: Lowerings = {
  MaxPool: lowering<PoolAttributes>((tracer, { x }, attributes) => pool(tracer, 'MaxPool', x, attributes)),
  AvgPool: lowering<PoolAttributes>((tracer, { x }, attributes) => pool(tracer, 'AveragePool', x, attributes)),
  MaxPoolGrad: lowering<PoolAttributes>((tracer, { dy, input }, attributes) =>
    maxPoolGradient(tracer, dy, input, attributes),
  ),
  AvgPoolGrad: lowering<PoolAttributes>((tracer, { dy, input }, attributes) =>
    avgPoolGradient(tracer, dy, input, attributes),
  ),
};
