/** Lowerings of the gradient of a convolution's filter: sums over all positions, as matrix products. */
import { beyond, contrib } from '../graph.js';
import { nchw, oihw } from '../layout.js';
import { type Lowerings, lowering } from '../lowering.js';
import type { Tracer } from '../tracer.js';
import { computed, type Value } from '../value.js';
import { type ConvolutionAttributes, type Geometry, geometryOf } from './geometry.js';
import { covered, positionColumns, seen, windowColumns } from './windows.js';

interface FilterGradient extends ConvolutionAttributes {
  readonly filterShape: number[];
}

/** Sizes under short names, and what all ways share. */
class Problem {
  readonly batch: number;
  readonly channels: number;
  readonly out: number;
  /** Size of `dy`'s pictures. */
  readonly height: number;
  readonly width: number;

  constructor(
    readonly tracer: Tracer,
    readonly x: Value,
    readonly dy: Value,
    readonly geometry: Geometry,
  ) {
    [this.batch, , , this.channels] = x.shape;
    [, this.height, this.width, this.out] = dy.shape;
  }

  get positions(): number {
    return this.height * this.width;
  }

  get taps(): number {
    return this.geometry.kernel[0] * this.geometry.kernel[1];
  }

  get dense(): boolean {
    return [...this.geometry.strides, ...this.geometry.dilations].every((n) => n === 1);
  }

  /** Batched `a · bᵀ`. */
  product(a: string, b: string): string {
    return this.tracer.graph.node('FusedMatMul', [a, b], { transB: 1 }, contrib);
  }

  /** The sum over the batch, which leaves a matrix of `out` rows. */
  total(name: string): string {
    return this.batch === 1 ? this.tracer.graph.reshape(name, [this.out, -1]) : this.tracer.graph.sum(name, [0]);
  }

  /** For each tap, what it sees of x. */
  seen(): string[] {
    return seen(this.tracer, this.covered(), this.geometry);
  }

  /** x padded and cut to exactly what the windows cover. */
  covered(): string {
    return covered(this.tracer, this.tracer.fetch(this.x, nchw), this.geometry);
  }

  /** `dy` in NCHW with these dimensions. */
  gradient(...dims: number[]): string {
    return this.tracer.graph.reshape(this.tracer.fetch(this.dy, nchw), dims);
  }
}

type Way = (problem: Problem) => string;

/** 1×1: no window at all. */
const pointwise: Way = (p) => {
  const { graph } = p.tracer;
  const dy = p.gradient(p.batch, p.out, p.positions);
  const x = graph.reshape(p.covered(), [p.batch, p.channels, p.positions]);
  return graph.reshape(p.total(p.product(dy, x)), [p.out, p.channels, 1, 1]);
};

/**
 * Stride 1 on large pictures: with rows of one pitch, a shift is a flat offset. Concatenations with gaps of zeros put the
 * column shifts of x and the row shifts of dy side by side, and one batched product gives every tap at once.
 */
const shifted: Way = (p) => {
  const { graph } = p.tracer;
  const { batch, channels, out, height, width } = p;
  const [rows, columns] = p.geometry.kernel;
  const pitch = width + columns - 1;
  const length = (height + rows - 1) * pitch;
  const total = length + columns - 1;
  const zeros = (planes: number, count: number) => graph.zeros([batch, planes, count]);

  const flatX = graph.reshape(p.covered(), [batch, channels, length]);
  const copies = Array.from({ length: 2 * columns - 1 }, (_, i) => (i % 2 === 0 ? flatX : zeros(channels, columns)));
  const x = graph.reshape(graph.concat(copies, 2), [batch, channels * columns, total]);

  const flatDy = graph.reshape(graph.pad(p.gradient(batch, out, height, width), [0, 0, 0, 0], [0, 0, 0, columns - 1]), [
    batch,
    out,
    height * pitch,
  ]);
  const gap = total - height * pitch + pitch;
  const tail = total - height * pitch - (columns - 1) - (rows - 1) * pitch;
  const pieces: string[] = columns > 1 ? [zeros(out, columns - 1)] : [];
  for (let row = 0; row < rows; row++) pieces.push(flatDy, ...(row < rows - 1 ? [zeros(out, gap)] : []));
  if (tail > 0) pieces.push(zeros(out, tail));
  const dy = graph.reshape(graph.concat(pieces, 2), [batch, out * rows, total]);

  const sums = graph.reshape(graph.sum(p.product(dy, x), [0]), [out, rows, channels, columns]);
  const turned = columns > 1 ? graph.slice(sums, [-1], [-beyond], [3], [-1]) : sums;
  return graph.transpose(turned, [0, 2, 1, 3]);
};

/** Small pictures with many channels: one product over batch and positions. */
const flattened: Way = (p) => {
  const { graph } = p.tracer;
  const operands = [positionColumns(p.tracer, p.dy), windowColumns(p.tracer, p.x, p.geometry)];
  return graph.reshape(graph.node('Gemm', operands, { transB: 1 }), [p.out, p.channels, ...p.geometry.kernel]);
};

/** Few channels: all windows side by side, one batched product. */
const gathered: Way = (p) => {
  const { graph } = p.tracer;
  const x = graph.reshape(graph.concat(p.seen(), 1), [p.batch, p.taps * p.channels, p.positions]);
  const dy = p.gradient(p.batch, p.out, p.positions);
  return byTap(p, p.total(p.product(dy, x)));
};

/** Many channels on large pictures: a batched product for each tap. */
const tapByTap: Way = (p) => {
  const { graph } = p.tracer;
  const dy = p.gradient(p.batch, p.out, p.positions);
  const sums = p.seen().map((name) => {
    const x = graph.reshape(name, [p.batch, p.channels, p.positions]);
    return graph.reshape(p.total(p.product(dy, x)), [p.out, 1, p.channels]);
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
  if (p.dense && p.positions >= 256 && p.channels >= 8) return shifted;
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
