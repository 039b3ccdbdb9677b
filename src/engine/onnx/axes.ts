/** Views of tensors for operators that work on single axes: in the layout a tensor is held in, blocks included. */
import { blocked, type Layout, logical, nchw, permutation } from './layout.js';
import type { Tracer } from './tracer.js';
import { computed, type Value } from './value.js';

/** The layout in which most of `values` are held; blocks count as NCHW unless `inBlocks`. */
export function commonAxes(values: readonly Value[], inBlocks: boolean): Layout {
  const held = values.find((value) => value.rank === 4 && !value.constant && value.preferred !== logical)?.preferred;
  if (held === undefined) return logical;
  return held === blocked && !inBlocks ? nchw : held;
}

/** `value` with its axes apart: a blocked tensor has five, of which the last is no axis of its own. */
export function apart(tracer: Tracer, value: Value, layout: Layout): string {
  const name = tracer.fetch(value, layout);
  return layout === blocked ? tracer.graph.reshape(name, tracer.blockedShape(value.shape)) : name;
}

/** The value of `shape` that `name`, with its axes apart, holds. */
export function together(
  tracer: Tracer,
  shape: readonly number[],
  dtype: Value['dtype'],
  name: string,
  layout: Layout,
): Value {
  const whole = layout === blocked ? tracer.graph.reshape(name, tracer.dims(shape, blocked)) : name;
  return computed(shape, dtype, whole, layout);
}

/** Where a logical axis is among those that are apart. */
export function placeOf(layout: Layout, rank: number, axis: number): number {
  return permutation(layout, rank).indexOf(axis);
}
