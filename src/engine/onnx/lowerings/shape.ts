/** Lowerings of operations that reshape, transpose, slice, concatenate, pad and repeat. */
import { backend_util, type StridedSliceAttrs, slice_util, type Tensor, util } from '@tensorflow/tfjs-core';
import { commonAxes, joinAxes, physicalAxis, splitAxes } from '../axes.js';
import { maxSliceEnd } from '../graph.js';
import { blocked, invert, layoutOf, permutation } from '../layout.js';
import { type Lowerings, lowering } from '../lowering.js';
import type { Tracer } from '../tracer.js';
import { computed, type Value } from '../value.js';

export function slice(tracer: Tracer, x: Value, begin: readonly number[], size: readonly number[]): Value {
  const slicedAxes = x.shape.map((_, axis) => axis).filter((axis) => size[axis] !== x.shape[axis]);
  if (slicedAxes.length === 0) return x;
  if (x.lazy && !size.includes(0)) return sliceRepeated(tracer, x.lazy, begin, size);
  const layout = commonAxes([x], x.rank === 4 && begin[3] % tracer.block === 0);
  // Channels of a blocked tensor are sliced by whole blocks.
  const unit = (axis: number) => (layout === blocked && axis === 3 ? tracer.block : 1);
  const name = tracer.graph.slice(
    splitAxes(tracer, x, layout),
    slicedAxes.map((axis) => begin[axis] / unit(axis)),
    slicedAxes.map((axis) => Math.ceil((begin[axis] + size[axis]) / unit(axis))),
    slicedAxes.map((axis) => physicalAxis(layout, x.rank, axis)),
  );
  return joinAxes(tracer, size, x.dtype, name, layout);
}

/** Slices a repeated value before it is repeated. */
function sliceRepeated(tracer: Tracer, source: Value, begin: readonly number[], size: readonly number[]): Value {
  const small = tracer.expanded(source, size.length);
  const of = (own: readonly number[], single: number) => small.shape.map((n, axis) => (n === 1 ? single : own[axis]));
  return tracer.repeat(slice(tracer, small, of(begin, 0), of(size, 1)), size);
}

/** `length` elements of `x` along one axis, starting at `from`. */
export function part(tracer: Tracer, x: Value, axis: number, from: number, length: number): Value {
  return slice(
    tracer,
    x,
    x.shape.map((_, i) => (i === axis ? from : 0)),
    x.shape.map((extent, i) => (i === axis ? length : extent)),
  );
}

export function concat(tracer: Tracer, values: readonly Value[], axis: number): Value {
  const [first] = values;
  const shape = first.shape.map((extent, i) =>
    i === axis ? values.reduce((sum, v) => sum + v.shape[axis], 0) : extent,
  );
  const present = values.filter((value) => value.size > 0);
  if (present.length === 1) return present[0];
  const whole = (value: Value) => value.shape[3] % tracer.block === 0;
  const layout = commonAxes(present, axis !== 3 || present.slice(0, -1).every(whole));
  const names = present.map((value) => splitAxes(tracer, value, layout));
  const name = tracer.graph.concat(names, physicalAxis(layout, shape.length, axis));
  return joinAxes(tracer, shape, first.dtype, name, layout);
}

export function transpose(tracer: Tracer, x: Value, perm: readonly number[]): Value {
  // The tensor in memory stays as it is; only the layout that describes it changes.
  const held = x.preferred === undefined || x.preferred === blocked ? commonAxes([x], false) : x.preferred;
  const renamed = invert(perm);
  const layout = layoutOf(permutation(held, x.rank).map((axis) => renamed[axis]));
  return computed(
    perm.map((axis) => x.shape[axis]),
    x.dtype,
    tracer.fetch(x, held),
    layout,
  );
}

/** Moves spatial blocks to the batch axis or back (`tf.spaceToBatchND`): a reshape, a transpose and another reshape. */
function regroup(
  tracer: Tracer,
  x: Value,
  split: readonly number[],
  perm: readonly number[],
  shape: readonly number[],
) {
  return tracer.reshape(transpose(tracer, tracer.reshape(x, split), perm), shape);
}

const axisOf = (axis: number, x: Value) => util.parseAxisParam(axis, [...x.shape])[0];

function inserted(axis: number, x: Value): number[] {
  const shape = [...x.shape];
  shape.splice(axis < 0 ? axis + x.rank + 1 : axis, 0, 1);
  return shape;
}

export function pad(tracer: Tracer, x: Value, paddings: readonly (readonly number[])[], value = 0): Value {
  if (paddings.flat().every((extent) => extent === 0)) return x;
  const layout = commonAxes([x], x.rank === 4 && paddings[3].every((extent) => extent === 0));
  const perm = permutation(layout, x.rank);
  const lanes = layout === blocked ? [0] : [];
  const amounts = [0, 1].flatMap((side) => [...perm.map((axis) => paddings[axis][side]), ...lanes]);
  const fill = tracer.graph.constant(x.dtype, [], x.dtype === 'int32' ? Int32Array.of(value) : Float32Array.of(value));
  const name = tracer.graph.node('Pad', [splitAxes(tracer, x, layout), tracer.graph.ints(amounts), fill]);
  const shape = x.shape.map((extent, axis) => extent + paddings[axis][0] + paddings[axis][1]);
  return joinAxes(tracer, shape, x.dtype, name, layout);
}

export const shapes: Lowerings = {
  Reshape: lowering<{ shape: number[] }>(
    (tracer, { x }, { shape }) => tracer.reshape(x, util.inferFromImplicitShape(shape, x.size)),
    { keepsConstants: true },
  ),
  ExpandDims: lowering<{ dim: number }>((tracer, { input }, { dim }) => tracer.reshape(input, inserted(dim, input)), {
    keepsConstants: true,
  }),
  Transpose: lowering<{ perm: number[] }>((tracer, { x }, { perm }) => transpose(tracer, x, perm)),
  Concat: lowering<{ axis: number }>((tracer, _, { axis }, list) => concat(tracer, list, axisOf(axis, list[0]))),
  Pack: lowering<{ axis: number }>((tracer, _, { axis }, list) => {
    const shape = inserted(axis, list[0]);
    const along = axis < 0 ? axis + shape.length : axis;
    return concat(
      tracer,
      list.map((value) => tracer.reshape(value, shape)),
      along,
    );
  }),
  Unpack: lowering<{ axis: number }>((tracer, { value }, { axis }) => {
    const along = axisOf(axis, value);
    const shape = value.shape.filter((_, i) => i !== along);
    const count = value.shape[along];
    return Array.from({ length: count }, (_, i) => tracer.reshape(part(tracer, value, along, i, 1), shape));
  }),
  Slice: lowering<{ begin: number | number[]; size: number | number[] }>((tracer, { x }, { begin, size }) => {
    const [from, extent] = slice_util.parseSliceParams(
      { shape: x.shape, rank: x.rank } as unknown as Tensor,
      begin,
      size,
    );
    return slice(tracer, x, from, extent);
  }),
  StridedSlice: lowering<StridedSliceAttrs>((tracer, { x }, a) => {
    const info = slice_util.sliceInfo(
      [...x.shape],
      a.begin,
      a.end,
      a.strides,
      a.beginMask,
      a.endMask,
      a.ellipsisMask,
      a.newAxisMask,
      a.shrinkAxisMask,
    );
    if (info.isIdentity) return tracer.reshape(x, info.finalShape);
    // With a negative stride the end -1 means before the first element; ONNX would read it as the last one.
    const ends = info.end.map((end, i) => (end < 0 && info.strides[i] < 0 ? -maxSliceEnd : end));
    const axes = x.shape.map((_, i) => i);
    const name = tracer.graph.slice(tracer.fetch(x), info.begin, ends, axes, info.strides);
    const shape = slice_util.computeOutShape(info.begin, info.end, info.strides);
    return tracer.reshape(computed(shape, x.dtype, name), info.finalShape);
  }),
  SplitV: lowering<{ numOrSizeSplits: number[] | number; axis: number }>((tracer, { x }, { numOrSizeSplits, axis }) => {
    const along = axisOf(axis, x);
    const sizes = backend_util.prepareSplitSize({ shape: x.shape } as unknown as Tensor, numOrSizeSplits, along);
    let from = 0;
    return sizes.map((length) => {
      const piece = part(tracer, x, along, from, length);
      from += length;
      return piece;
    });
  }),
  PadV2: lowering<{ paddings: [number, number][]; constantValue?: number }>(
    (tracer, { x }, { paddings, constantValue = 0 }) => pad(tracer, x, paddings, constantValue),
  ),
  Tile: lowering<{ reps: number[] }>(
    (tracer, { x }, { reps }) => {
      const shape = x.shape.map((extent, axis) => extent * reps[axis]);
      if (x.shape.every((extent, axis) => extent === 1 || reps[axis] === 1)) return tracer.repeat(x, shape);
      return computed(shape, x.dtype, tracer.graph.node('Tile', [tracer.fetch(x), tracer.graph.ints(reps)]));
    },
    { keepsConstants: true },
  ),
  BroadcastTo: lowering<{ shape: number[] }>((tracer, { x }, { shape }) => tracer.repeat(x, shape), {
    keepsConstants: true,
  }),
  Reverse: lowering<{ dims: number | number[] }>((tracer, { x }, { dims }) => {
    const layout = commonAxes([x], false);
    const perm = permutation(layout, x.rank);
    const axes = util.parseAxisParam(dims, [...x.shape]).map((axis) => perm.indexOf(axis));
    const each = (n: number) => axes.map(() => n);
    const name = tracer.graph.slice(tracer.fetch(x, layout), each(-1), each(-maxSliceEnd), axes, each(-1));
    return axes.length === 0 ? x : computed(x.shape, x.dtype, name, layout);
  }),
  SpaceToBatchND: lowering<{ blockShape: number[]; paddings: number[][] }>(
    (tracer, { x }, { blockShape, paddings }) => {
      const complete = [[0, 0], ...paddings];
      while (complete.length < x.rank) complete.push([0, 0]);
      const padded = pad(tracer, x, complete);
      const split = backend_util.getReshaped(
        [...padded.shape],
        blockShape,
        blockShape.reduce((a, b) => a * b, 1),
        false,
      );
      const perm = backend_util.getPermuted(split.length, blockShape.length, false);
      const shape = backend_util.getReshapedPermuted(
        [...padded.shape],
        blockShape,
        blockShape.reduce((a, b) => a * b, 1),
        false,
      );
      return regroup(tracer, padded, split, perm, shape);
    },
  ),
  BatchToSpaceND: lowering<{ blockShape: number[]; crops: number[][] }>((tracer, { x }, { blockShape, crops }) => {
    const cells = blockShape.reduce((a, b) => a * b, 1);
    const split = backend_util.getReshaped([...x.shape], blockShape, cells);
    const perm = backend_util.getPermuted(split.length, blockShape.length);
    const shape = backend_util.getReshapedPermuted([...x.shape], blockShape, cells);
    const crop = (axis: number, side: number) => crops[axis - 1]?.[side] ?? 0;
    const begin = shape.map((_, axis) => crop(axis, 0));
    const size = shape.map((extent, axis) => extent - crop(axis, 0) - crop(axis, 1));
    return slice(tracer, regroup(tracer, x, split, perm, shape), begin, size);
  }),
};
