/** A tensor during tracing: a constant, a program parameter, or the result of graph nodes. */
import type { TensorType, TensorValues } from '../types.js';
import { allocate, sizeOf } from '../values.js';
import type { Node } from './graph.js';
import { type Layout, logical } from './layout.js';

/** A program input or a state entry. */
export interface Parameter {
  readonly name: string;
  /** The required layout in the graph; undefined: that of its first use. */
  readonly requiredLayout?: Layout;
  /** The chosen layout. */
  layout?: Layout;
}

/** The origin of a value that graph nodes do not compute. */
export interface Origin {
  readonly parameter?: Parameter;
  /** Constant values. */
  readonly data?: TensorValues;
  /** The one value of every element of a constant. */
  readonly fill?: number;
  /** The value that this one repeats along axes of extent one; expanded only where an operator cannot broadcast. */
  readonly source?: Value;
}

export class Value {
  /** Names in the graph, by layout. */
  readonly names = new Map<Layout, string>();
  /** The layout of its first name, which needs no conversion. */
  preferred: Layout | undefined;
  /** The convolution that computes it, where the next operation may be fused into that node. */
  convolution: Node | undefined;

  constructor(
    readonly shape: readonly number[],
    readonly dtype: TensorType,
    readonly origin: Origin = {},
  ) {
    this.preferred = origin.parameter?.requiredLayout;
  }

  get rank(): number {
    return this.shape.length;
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  get constant(): boolean {
    return this.origin.data !== undefined || this.origin.fill !== undefined;
  }

  /** The value that it repeats, as long as it has not been expanded. */
  get lazy(): Value | undefined {
    return this.names.size === 0 ? this.origin.source : undefined;
  }

  /** The number that all elements of this constant equal, if they do. */
  get uniform(): number | undefined {
    const { data, fill } = this.origin;
    if (fill !== undefined || !data) return fill;
    return data.length > 0 && data.every((x) => x === data[0]) ? data[0] : undefined;
  }

  /** Whether at most one axis is longer than one, so that its elements have the same order in every layout. */
  get vectorLike(): boolean {
    return this.shape.filter((extent) => extent !== 1).length <= 1;
  }

  /** The values of a constant in logical order. */
  values(): TensorValues {
    const { data, fill } = this.origin;
    if (data) return data;
    if (fill === undefined) throw new Error('not a constant');
    return allocate(this.dtype, this.size).fill(fill);
  }
}

/** Constants of at least this many elements are tested for being uniform. */
const uniformFrom = 5;

export function constant(shape: readonly number[], dtype: TensorType, data: TensorValues): Value {
  const uniform = data.length >= uniformFrom && data.every((x) => x === data[0]);
  return new Value(shape, dtype, uniform ? { fill: data[0] } : { data });
}

export function filled(shape: readonly number[], dtype: TensorType, fill: number): Value {
  return new Value(shape, dtype, { fill });
}

/** The result of a graph node. */
export function computed(shape: readonly number[], dtype: TensorType, name: string, layout: Layout = logical): Value {
  const value = new Value(shape, dtype);
  value.names.set(layout, name);
  value.preferred = layout;
  return value;
}

/** Whether `value` is a per-channel vector that broadcasts along the last axis of `shape`. */
export function isChannelVector(value: Value, shape: readonly number[]): boolean {
  const channels = shape[shape.length - 1];
  return value.rank > 0 && value.size === channels && value.shape[value.rank - 1] === channels;
}
