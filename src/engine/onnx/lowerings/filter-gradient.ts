/** Lowerings of the gradient of a convolution's filter: sums over all positions, as matrix products. */
import { blocked, oihw } from '../layout.js';
import { type Lowerings, lowering } from '../lowering.js';
import { computed } from '../value.js';
import { convolve } from './convolution.js';
import { Problem, type Way } from './filter-problem.js';
import { type ConvolutionAttributes, geometryOf } from './geometry.js';
import { cutOut, shifted } from './shifted-products.js';
import { positionColumns, windowColumns } from './windows.js';

interface FilterGradient extends ConvolutionAttributes {
  readonly filterShape: number[];
}

/** 1×1: no window at all. */
const pointwise: Way = (p) => {
  const { graph } = p.tracer;
  const dy = p.gradient(p.batch, p.out, p.positions);
  const x = graph.reshape(p.covered(), [p.batch, p.channels, p.positions]);
  return graph.reshape(p.total(p.product(dy, x), p.out * p.channels), [p.out, p.channels, 1, 1]);
};

/** Small pictures with many channels: one product over batch and positions. */
const flattened: Way = (p) => {
  const { graph } = p.tracer;
  const operands = [positionColumns(p.tracer, p.dy), windowColumns(p.tracer, p.x, p.geometry)];
  return graph.reshape(graph.node('Gemm', operands, { transB: 1 }), [p.out, p.channels, ...p.geometry.kernel]);
};

/** Taps times channels up to which the next way costs less than copying window by window. */
const FEW = 64;

/** Few channels: a convolution by the identity puts all windows side by side, in blocks, on all threads. */
const unfolded: Way = (p) => {
  const { tracer, geometry, batch, out, taps, channels, positions } = p;
  const { graph, block } = tracer;
  const count = channels * taps;
  const identity = Float32Array.from({ length: count * count }, (_, i) => Number(i % (count + 1) === 0));
  const plain = () => graph.constant('float32', [count, channels, ...geometry.kernel], identity);
  const windows = convolve(
    tracer,
    p.x,
    { plain },
    {
      ...geometry,
      filter: [count, channels, ...geometry.kernel],
      output: [batch, p.height, p.width, count],
      constant: false,
    },
  );
  const groups = Math.ceil(count / block);
  const x = graph.reshape(tracer.fetch(windows, blocked), [batch, groups, positions, block]);
  const product = graph.node('MatMul', [p.gradient(batch, 1, out, positions), x]);
  const sums = graph.reshape(p.total(product, groups * out * block), [groups, out, block]);
  const filter = graph.reshape(graph.transpose(sums, [1, 0, 2]), [out, groups * block]);
  const whole = groups * block === count ? filter : graph.slice(filter, [0], [count], [1]);
  return graph.reshape(whole, [out, channels, ...geometry.kernel]);
};

/** Few channels: all windows side by side, one batched product. */
const gathered: Way = (p) => {
  const { graph } = p.tracer;
  const x = graph.reshape(graph.concat(p.seen(), 1), [p.batch, p.taps * p.channels, p.positions]);
  const dy = p.gradient(p.batch, p.out, p.positions);
  return byTap(p, p.total(p.product(dy, x), p.out * p.taps * p.channels));
};

/** Many channels on large pictures: a batched product for each tap. */
const tapByTap: Way = (p) => {
  const { graph } = p.tracer;
  const dy = p.gradient(p.batch, p.out, p.positions);
  const sums = p.seen().map((name) => {
    const x = graph.reshape(name, [p.batch, p.channels, p.positions]);
    return graph.reshape(p.total(p.product(dy, x), p.out * p.channels), [p.out, 1, p.channels]);
  });
  return byTap(p, graph.concat(sums, 1));
};

/** `[out, taps · channels]` to OIHW. */
function byTap(p: Problem, name: string): string {
  const [rows, columns] = p.geometry.kernel;
  const split = p.tracer.graph.reshape(name, [p.out, rows, columns, p.channels]);
  return p.tracer.graph.transpose(split, [0, 3, 1, 2]);
}

/** As measured, see `bench/`. */
function fastest(p: Problem): Way {
  if (p.taps === 1 && p.dense) return pointwise;
  const fills = p.cuts && p.channels >= p.tracer.block;
  if (p.dense && p.positions >= 128 && p.channels >= 8) return fills ? cutOut : shifted;
  if (p.cuts && p.batch * p.positions >= 1024) return cutOut;
  const inBlocks = p.channels < p.tracer.block && p.channels * p.taps >= p.tracer.block;
  if (inBlocks && p.channels * p.taps <= FEW && p.positions >= 256) return unfolded;
  if (p.positions < 1024) return flattened;
  return p.channels >= 8 ? tapByTap : gathered;
}

/** Depthwise: a product and a sum for each tap. */
function depthwise(p: Problem): string {
  const { graph } = p.tracer;
  const multiplier = p.out / p.channels;
  const dims = [p.batch, p.channels, multiplier, p.positions];
  const dy = p.gradient(...dims);
  const sums = p.seen().map((name) => {
    const x = graph.reshape(name, [p.batch, p.channels, 1, p.positions]);
    return graph.reshape(graph.sum(graph.node('Mul', [x, dy]), [0, 3]), [1, p.channels, multiplier]);
  });
  return graph.concat(sums, 0);
}

export const filterGradients: Lowerings = {
  Conv2DBackpropFilter: lowering<FilterGradient>((tracer, { x, dy }, { filterShape, ...attributes }) => {
    const problem = new Problem(tracer, x, dy, geometryOf(x.shape, filterShape, attributes));
    return computed(filterShape, 'float32', fastest(problem)(problem), oihw);
  }),
  DepthwiseConv2dNativeBackpropFilter: lowering<FilterGradient>((tracer, { x, dy }, { filterShape, ...attributes }) => {
    const problem = new Problem(tracer, x, dy, geometryOf(x.shape, filterShape, attributes, true));
    return computed(filterShape, 'float32', tracer.graph.reshape(depthwise(problem), filterShape));
  }),
};
