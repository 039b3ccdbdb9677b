/** Views of tensors for operators that work on single axes, in whatever layout a tensor is held, blocks included. */
import { blocked, type Layout, logical, nchw, permutation } from './layout.js';
import type { Tracer } from './tracer.js';
import { computed, type Value } from './value.js';

/** The layout of the first computed value that is not in logical order; the blocked layout counts as NCHW unless `inBlocks`. */
export function commonAxes(values: readonly Value[], inBlocks: boolean): Layout {
  const held = values.find((value) => value.rank === 4 && !value.constant && value.preferred !== logical)?.preferred;
  if (held === undefined) return logical;
  return held === blocked && !inBlocks ? nchw : held;
}

/** `value` with one dimension for each physical axis: a blocked tensor gets five, the last of them the channels within a block. */
export function splitAxes(tracer: Tracer, value: Value, layout: Layout): string {
  const name = tracer.fetch(value, layout);
  return layout === blocked ? tracer.graph.reshape(name, tracer.blockedShape(value.shape)) : name;
}

/** The value of `shape` held by `name`, whose dimensions are as {@link splitAxes} gives them. */
export function joinAxes(
  tracer: Tracer,
  shape: readonly number[],
  dtype: Value['dtype'],
  name: string,
  layout: Layout,
): Value {
  const whole = layout === blocked ? tracer.graph.reshape(name, tracer.dims(shape, blocked)) : name;
  return computed(shape, dtype, whole, layout);
}

/** The physical axis of a logical axis. */
export function physicalAxis(layout: Layout, rank: number, axis: number): number {
  return permutation(layout, rank).indexOf(axis);
}
