/** Lowerings of the gradient of a convolution's filter, computed by matrix products; the strategy depends on the sizes. */
import { blocked, oihw } from '../layout.js';
import { type Lowerings, lowering } from '../lowering.js';
import { computed } from '../value.js';
import { convolve } from './convolution.js';
import { FilterGradientOperands, type Strategy } from './filter-gradient-operands.js';
import { type ConvolutionAttributes, geometryOf } from './geometry.js';
import { im2col, positionsMatrix } from './im2col.js';
import { shiftedBlocks, shiftedProducts } from './shifted-products.js';

interface FilterGradientAttributes extends ConvolutionAttributes {
  readonly filterShape: number[];
}

/** 1×1 filters: one batched product, without im2col. */
const pointwise: Strategy = (p) => {
  const { graph } = p.tracer;
  const dy = p.gradient(p.batch, p.out, p.positions);
  const x = graph.reshape(p.paddedInput(), [p.batch, p.channels, p.positions]);
  return graph.reshape(p.total(p.product(dy, x), p.out * p.channels), [p.out, p.channels, 1, 1]);
};

/** Small images with many channels: im2col and one product over batch and positions. */
const im2colProduct: Strategy = (p) => {
  const { graph } = p.tracer;
  const operands = [positionsMatrix(p.tracer, p.dy), im2col(p.tracer, p.x, p.geometry)];
  return graph.reshape(graph.node('Gemm', operands, { transB: 1 }), [p.out, p.channels, ...p.geometry.kernel]);
};

/** Largest channels · taps for which {@link blockedIm2col} is faster than copying the windows. */
const MAX_BLOCKED_IM2COL_ROWS = 64;

/** Few channels: im2col as a convolution by the identity, which gives blocks and uses all threads. */
const blockedIm2col: Strategy = (p) => {
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

/** Few channels: im2col for each image and one batched product. */
const batchedIm2col: Strategy = (p) => {
  const { graph } = p.tracer;
  const x = graph.reshape(graph.concat(p.tapSlices(), 1), [p.batch, p.taps * p.channels, p.positions]);
  const dy = p.gradient(p.batch, p.out, p.positions);
  return toOihw(p, p.total(p.product(dy, x), p.out * p.taps * p.channels));
};

/** Many channels on large images: a batched product for each tap. */
const productPerTap: Strategy = (p) => {
  const { graph } = p.tracer;
  const dy = p.gradient(p.batch, p.out, p.positions);
  const sums = p.tapSlices().map((name) => {
    const x = graph.reshape(name, [p.batch, p.channels, p.positions]);
    return graph.reshape(p.total(p.product(dy, x), p.out * p.channels), [p.out, 1, p.channels]);
  });
  return toOihw(p, graph.concat(sums, 1));
};

/** `[out, taps · channels]` to OIHW. */
function toOihw(p: FilterGradientOperands, name: string): string {
  const [rows, columns] = p.geometry.kernel;
  const split = p.tracer.graph.reshape(name, [p.out, rows, columns, p.channels]);
  return p.tracer.graph.transpose(split, [0, 3, 1, 2]);
}

/** The fastest strategy for the sizes, by measurement (see `bench/`). */
function fastestStrategy(p: FilterGradientOperands): Strategy {
  if (p.taps === 1 && p.dense) return pointwise;
  const fillsBlocks = p.blockSliceable && p.channels >= p.tracer.block;
  if (p.dense && p.positions >= 128 && p.channels >= 8) return fillsBlocks ? shiftedBlocks : shiftedProducts;
  if (p.blockSliceable && p.batch * p.positions >= 1024) return shiftedBlocks;
  const fitsBlockedIm2col = p.channels < p.tracer.block && p.channels * p.taps >= p.tracer.block;
  if (fitsBlockedIm2col && p.channels * p.taps <= MAX_BLOCKED_IM2COL_ROWS && p.positions >= 256) return blockedIm2col;
  if (p.positions < 1024) return im2colProduct;
  return p.channels >= 8 ? productPerTap : batchedIm2col;
}

/** Depthwise filters: a product and a sum for each tap. */
function depthwise(p: FilterGradientOperands): string {
  const { graph } = p.tracer;
  const multiplier = p.out / p.channels;
  const dims = [p.batch, p.channels, multiplier, p.positions];
  const dy = p.gradient(...dims);
  const sums = p.tapSlices().map((name) => {
    const x = graph.reshape(name, [p.batch, p.channels, 1, p.positions]);
    return graph.reshape(graph.sum(graph.node('Mul', [x, dy]), [0, 3]), [1, p.channels, multiplier]);
  });
  return graph.concat(sums, 0);
}

export const filterGradients: Lowerings = {
  Conv2DBackpropFilter: lowering<FilterGradientAttributes>((tracer, { x, dy }, { filterShape, ...attributes }) => {
    const operands = new FilterGradientOperands(tracer, x, dy, geometryOf(x.shape, filterShape, attributes));
    return computed(filterShape, 'float32', fastestStrategy(operands)(operands), oihw);
  }),
  DepthwiseConv2dNativeBackpropFilter: lowering<FilterGradientAttributes>(
    (tracer, { x, dy }, { filterShape, ...attributes }) => {
      const operands = new FilterGradientOperands(tracer, x, dy, geometryOf(x.shape, filterShape, attributes, true));
      return computed(filterShape, 'float32', tracer.graph.reshape(depthwise(operands), filterShape));
    },
  ),
};
