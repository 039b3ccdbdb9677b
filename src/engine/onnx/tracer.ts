/** Gives traced values names in the graph, in the requested layout and with as few conversions as possible. */
import { sameShape } from '../values.js';
import { type Attributes, blockedDomain, Graph } from './graph.js';
import { blocked, invert, type Layout, logical, nchw, permutation, permute, physicalShape } from './layout.js';
import { computed, constant, filled, Value } from './value.js';

/** Capabilities of the execution provider. */
export interface Target {
  /** Channels in a block of ONNX Runtime's blocked layout; 0 where it has none. */
  readonly block: number;
  /** Whether its max pooling can return the positions of the maxima. */
  readonly poolPositions: boolean;
}

export class Tracer {
  readonly graph = new Graph();

  /** Whether a convolution with a constant filter uses the blocked layout. */
  constantsBlocked = false;
  /** Whether the graph has operations that only the runtime's optimiser converts to the blocked layout. */
  runtimeBlocksMore = false;

  /** {@link Target.block}. */
  readonly block: number;

  /** `constantsInBlocks`: convolutions with constant filters use the blocked layout too; else the runtime's optimiser decides. */
  constructor(
    readonly target: Target,
    readonly constantsInBlocks: boolean,
  ) {
    this.block = target.block;
  }

  /** The name of `value` in `layout`. */
  fetch(value: Value, layout: Layout = logical): string {
    const existing = value.names.get(layout);
    if (existing) return existing;
    const name = this.#create(value, layout) ?? this.#convert(value, layout);
    value.names.set(layout, name);
    return name;
  }

  /** A name that broadcasts like `value` against a tensor of `shape` in `layout` (with {@link blockedShape} if blocked). */
  operand(value: Value, shape: readonly number[], layout: Layout): string {
    const { graph, block } = this;
    const { fill } = value.origin;
    if (fill !== undefined) return this.#scalar(this.fetch(filled([], value.dtype, fill)), shape, layout);
    if (value.size === 1) {
      const name = value.rank === 0 ? this.fetch(value) : graph.reshape(this.fetch(value, value.preferred), []);
      return this.#scalar(name, shape, layout);
    }
    const full = this.expanded(value, shape.length);
    if (layout !== blocked) return this.fetch(full, layout);
    const [n, h, w, c] = full.shape;
    if (c === 1) return graph.reshape(this.fetch(full, nchw), [n, 1, h, w, 1]);
    const groups = Math.ceil(c / block);
    const channels = graph.pad(this.fetch(full, nchw), [0, 0, 0, 0], [0, groups * block - c, 0, 0]);
    if (n * h * w === 1) return graph.reshape(channels, [1, groups, 1, 1, block]);
    return graph.transpose(graph.reshape(channels, [n, groups, block, h, w]), [0, 1, 3, 4, 2]);
  }

  /** A scalar operand. It gets the tensor's rank where the last axis has one element, which the runtime otherwise computes slowly. */
  #scalar(name: string, shape: readonly number[], layout: Layout): string {
    const single = shape.length > 1 && layout !== blocked && physicalShape(shape, layout).at(-1) === 1;
    return single ? this.graph.reshape(name, new Array<number>(shape.length).fill(1)) : name;
  }

  /** The five physical dimensions of a blocked tensor. Channels that fill up the last block have arbitrary finite values. */
  blockedShape([n, h, w, c]: readonly number[]): number[] {
    return [n, Math.ceil(c / this.block), h, w, this.block];
  }

  /** The dimensions of a tensor in the graph. */
  dims(shape: readonly number[], layout: Layout): readonly number[] {
    if (layout !== blocked) return physicalShape(shape, layout);
    const [n, groups, h, w, lanes] = this.blockedShape(shape);
    return [n, groups * lanes, h, w];
  }

  /** `value` reshaped. Constants and repeated scalars keep that form. */
  reshape(value: Value, shape: readonly number[]): Value {
    if (sameShape(value.shape, shape)) return value;
    const { data, fill } = value.origin;
    if (data) return constant(shape, value.dtype, data);
    if (fill !== undefined) return filled(shape, value.dtype, fill);
    if (value.lazy?.size === 1) return this.repeat(this.reshape(value.lazy, []), shape);
    const from = value.vectorLike ? plain(value) : logical;
    return computed(shape, value.dtype, this.graph.reshape(this.fetch(value, from), shape));
  }

  /** `value` broadcast to `shape`; the copy is deferred until an operator needs it. */
  repeat(value: Value, shape: readonly number[]): Value {
    if (sameShape(value.shape, shape)) return value;
    const fill = value.origin.fill ?? (value.size === 1 && value.constant ? value.uniform : undefined);
    if (fill !== undefined) return filled(shape, value.dtype, fill);
    return new Value(shape, value.dtype, { source: value.lazy ?? value });
  }

  /** `value` with leading axes of extent one up to `rank`. */
  expanded(value: Value, rank: number): Value {
    return this.reshape(value, [...new Array<number>(rank - value.rank).fill(1), ...value.shape]);
  }

  #create(value: Value, layout: Layout): string | undefined {
    const { graph } = this;
    const { parameter, data, fill, source } = value.origin;
    const dims = this.dims(value.shape, layout);
    if (parameter && value.names.size === 0) {
      const held = parameter.requiredLayout ?? (layout === blocked ? nchw : layout);
      parameter.layout = held;
      value.preferred = held;
      value.names.set(held, parameter.name);
      graph.inputs.push({ name: parameter.name, dtype: value.dtype, dims: physicalShape(value.shape, held) });
      return held === layout ? parameter.name : undefined;
    }
    if (layout !== blocked && data) {
      return graph.constant(value.dtype, dims, permute(data, value.shape, permutation(layout, value.rank)));
    }
    if (layout !== blocked && fill !== undefined) {
      const one = graph.constant(value.dtype, [], filled([], value.dtype, fill).values());
      return value.rank === 0 ? one : graph.node('Expand', [one, graph.ints(dims)]);
    }
    if (source && value.names.size === 0) {
      const small = this.operand(source, value.shape, layout);
      value.preferred ??= layout;
      if (layout !== blocked) return graph.node('Expand', [small, graph.ints(dims)]);
      return graph.reshape(graph.node('Expand', [small, graph.ints(this.blockedShape(value.shape))]), dims);
    }
    return undefined;
  }

  #convert(value: Value, layout: Layout): string {
    const { graph } = this;
    if (layout === blocked) {
      // The runtime's reordering needs a multiple of four channels.
      const channels = value.shape[3];
      if (channels % 4 !== 0) {
        const whole = this.dims(value.shape, blocked)[1] - channels;
        const padded = graph.pad(this.fetch(value, nchw), [0, 0, 0, 0], [0, whole, 0, 0]);
        return graph.node('ReorderInput', [padded], {}, blockedDomain);
      }
      const planar = value.constant || value.names.has(nchw);
      const attributes: Attributes = planar ? {} : { channels_last: 1 };
      return graph.node('ReorderInput', [this.fetch(value, planar ? nchw : logical)], attributes, blockedDomain);
    }
    const inBlocks = value.names.get(blocked);
    if (inBlocks && value.names.size === 1) {
      if (layout === logical || layout === nchw) {
        const attributes = { channels: value.shape[3], ...(layout === logical ? { channels_last: 1 } : {}) };
        return graph.node('ReorderOutput', [inBlocks], attributes, blockedDomain);
      }
      this.fetch(value, nchw);
    }
    for (const [from, name] of value.names) {
      if (from !== blocked) return this.#transpose(value, name, from, layout);
    }
    throw new Error('a traced value has no name');
  }

  #transpose(value: Value, name: string, from: Layout, to: Layout): string {
    const held = permutation(from, value.rank);
    const position = invert(held);
    const perm = permutation(to, value.rank).map((axis) => position[axis]);
    const moved = perm.filter((axis) => value.shape[held[axis]] !== 1);
    const inOrder = moved.every((axis, i) => i === 0 || moved[i - 1] < axis);
    return inOrder ? this.graph.reshape(name, physicalShape(value.shape, to)) : this.graph.transpose(name, perm);
  }
}

/** A layout in which a vector-like `value` can be read in order without conversion. */
function plain(value: Value): Layout {
  return value.preferred === undefined || value.preferred === blocked ? logical : value.preferred;
}
