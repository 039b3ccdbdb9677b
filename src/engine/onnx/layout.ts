/** Memory layouts of tensors. tf.js uses NHWC throughout; ONNX convolutions need NCHW or ONNX Runtime's blocked layout. */
import type { TensorValues } from '../types.js';

/**
 * `logical`: the order of tf.js. A string of digits: the logical axis of each physical axis. `blocked`: N, C/block, H, W,
 * block, which ONNX Runtime calls NCHWc and declares with the dimensions of NCHW.
 */
export type Layout = string;

export const logical: Layout = 'logical';
export const nchw: Layout = '0312';
/** Filters: tf.js's `[height, width, in, out]` as `[out, in, height, width]`. */
export const oihw: Layout = '3201';
/** C, N, H, W: reshapes to a matrix of channels by positions. */
export const channelsFirst: Layout = '3012';
export const blocked: Layout = 'blocked';

/** The logical axis of each physical axis. The blocked layout counts as NCHW. */
export function permutation(layout: Layout, rank: number): readonly number[] {
  if (layout === logical) return Array.from({ length: rank }, (_, axis) => axis);
  return Array.from(layout === blocked ? nchw : layout, Number);
}

/** The layout with this permutation. */
export function layoutOf(perm: readonly number[]): Layout {
  return perm.every((axis, i) => axis === i) ? logical : perm.join('');
}

export function invert(perm: readonly number[]): readonly number[] {
  return perm.map((_, axis) => perm.indexOf(axis));
}

export function physicalShape(shape: readonly number[], layout: Layout): readonly number[] {
  return permutation(layout, shape.length).map((axis) => shape[axis]);
}

/** `data` of `shape`, transposed by `perm`; the same array where `perm` changes nothing. */
export function permute<T extends TensorValues>(data: T, shape: readonly number[], perm: readonly number[]): T {
  if (perm.every((axis, i) => axis === i)) return data;
  const target = data.slice() as T;
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  const extents = perm.map((axis) => shape[axis]);
  const steps = perm.map((axis) => strides[axis]);
  const index = new Array<number>(shape.length).fill(0);
  let offset = 0;
  for (let i = 0; i < target.length; i++) {
    target[i] = data[offset];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]++;
      offset += steps[axis];
      if (index[axis] < extents[axis]) break;
      offset -= steps[axis] * extents[axis];
      index[axis] = 0;
    }
  }
  return target;
}

/** The inverse of {@link permute}: from `layout` back to logical order. */
export function toLogical<T extends TensorValues>(data: T, shape: readonly number[], layout: Layout): T {
  const perm = permutation(layout, shape.length);
  return permute(
    data,
    perm.map((axis) => shape[axis]),
    invert(perm),
  );
}
