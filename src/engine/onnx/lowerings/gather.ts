/** Lowerings of gather, scatter, segment sum and top-k. */
import { util } from '@tensorflow/tfjs-core';
import { cast } from '../elementwise.js';
import { type Lowerings, lowering } from '../lowering.js';
import type { Tracer } from '../tracer.js';
import { computed, filled, type Value } from '../value.js';

const int64Indices = (tracer: Tracer, indices: Value) =>
  tracer.graph.node('Cast', [tracer.fetch(cast(tracer, indices, 'int32'))], { to: 7 });

/** Adds `updates` at `indices` into a tensor of zeros. */
function scatterAdd(tracer: Tracer, shape: readonly number[], indices: string, updates: Value): Value {
  const { graph } = tracer;
  const zeros = graph.node('Expand', [tracer.fetch(filled([], updates.dtype, 0)), graph.ints(shape)]);
  const name = graph.node('ScatterND', [zeros, indices, tracer.fetch(updates)], { reduction: 'add' });
  return computed(shape, updates.dtype, name);
}

export const gathers: Lowerings = {
  GatherV2: lowering<{ axis: number; batchDims: number }>((tracer, { x, indices }, { axis, batchDims }) => {
    if (batchDims) throw new Error('batchDims is not supported');
    const along = util.parseAxisParam(axis, [...x.shape])[0];
    const shape = [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)];
    const inputs = [tracer.fetch(x), tracer.fetch(cast(tracer, indices, 'int32'))];
    return computed(shape, x.dtype, tracer.graph.node('Gather', inputs, { axis: along }));
  }),
  GatherNd: lowering((tracer, { params, indices }) => {
    const depth = indices.shape[indices.rank - 1];
    const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)];
    return computed(
      shape,
      params.dtype,
      tracer.graph.node('GatherND', [tracer.fetch(params), int64Indices(tracer, indices)]),
    );
  }),
  ScatterNd: lowering<{ shape: number[] }>((tracer, { indices, updates }, { shape }) =>
    scatterAdd(tracer, shape, int64Indices(tracer, indices), updates),
  ),
  UnsortedSegmentSum: lowering<{ numSegments: number }>((tracer, { x, segmentIds }, { numSegments }) => {
    const rows = int64Indices(tracer, tracer.reshape(segmentIds, [...segmentIds.shape, 1]));
    return scatterAdd(tracer, [numSegments, ...x.shape.slice(segmentIds.rank)], rows, x);
  }),
  TopK: lowering<{ k: number; sorted: boolean }>((tracer, { x }, { k, sorted }) => {
    const inputs = [tracer.fetch(x), tracer.graph.ints([k])];
    const names = tracer.graph.outputs('TopK', inputs, 2, { axis: -1, largest: 1, sorted: Number(sorted) });
    const shape = [...x.shape.slice(0, -1), k];
    return [
      computed(shape, x.dtype, names[0]),
      computed(shape, 'int32', tracer.graph.node('Cast', [names[1]], { to: 6 })),
    ];
  }),
};
