/** Gradients of kernels that reshape, transpose, slice, concatenate, pad and repeat. */

import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { unbroadcast } from './unbroadcast.js';

const parseSlice = (shape: readonly number[], begin: number | number[], size?: number | number[]) =>
  tf.slice_util.parseSliceParams({ shape, rank: shape.length } as unknown as Tensor, begin, size);

function tileGradient(dy: Tensor, shape: readonly number[], reps: readonly number[]): Tensor {
  let gradient = dy;
  // One axis at a time keeps the rank at that of the operand plus one.
  reps.forEach((count, axis) => {
    if (count === 1) return;
    const split = [...gradient.shape.slice(0, axis), count, shape[axis], ...gradient.shape.slice(axis + 1)];
    gradient = tf.sum(tf.reshape(gradient, split), axis);
  });
  return gradient;
}

function gatherGradient(dy: Tensor, x: Tensor, indices: Tensor, axis: number): Tensor {
  const order = [axis, ...x.shape.map((_, i) => i).filter((i) => i !== axis)];
  const rows = tf.reshape(dy, [...x.shape.slice(0, axis), indices.size, ...x.shape.slice(axis + 1)]);
  const flat = tf.cast(tf.reshape(indices, [indices.size]), 'int32') as tf.Tensor1D;
  const summed = tf.unsortedSegmentSum(tf.transpose(rows, order), flat, x.shape[axis]);
  return tf.transpose(
    summed,
    order.map((_, i) => order.indexOf(i)),
  );
}

export const shapeGradients: readonly GradConfig[] = [
  {
    kernelName: 'Reshape',
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => tf.reshape(dy as Tensor, x.shape) }),
  },
  {
    kernelName: 'ExpandDims',
    inputsToSave: ['input'],
    gradFunc: (dy, [input]) => ({ input: () => tf.reshape(dy as Tensor, input.shape) }),
  },
  {
    kernelName: 'Transpose',
    gradFunc: (dy, _, attributes) => {
      const { perm } = attributes as unknown as tf.TransposeAttrs;
      const inverse = perm.map((_, axis) => perm.indexOf(axis));
      return { x: () => tf.transpose(dy as Tensor, inverse) };
    },
  },
  {
    kernelName: 'BroadcastTo',
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => unbroadcast(dy as Tensor, x.shape) }),
  },
  {
    kernelName: 'Tile',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => ({
      x: () => tileGradient(dy as Tensor, x.shape, (attributes as unknown as tf.TileAttrs).reps),
    }),
  },
  {
    kernelName: 'Concat',
    saveAllInputs: true,
    gradFunc: (dy, saved, attributes) => {
      const axis = tf.util.parseAxisParam((attributes as unknown as tf.ConcatAttrs).axis, saved[0].shape)[0];
      const parts = tf.split(
        dy as Tensor,
        saved.map((part) => part.shape[axis]),
        axis,
      );
      return Object.fromEntries(parts.map((part, i) => [i, () => part]));
    },
  },
  {
    kernelName: 'SplitV',
    gradFunc: (dy, _, attributes) => ({
      x: () => tf.concat(dy as Tensor[], (attributes as unknown as tf.SplitVAttrs).axis),
    }),
  },
  {
    kernelName: 'Pack',
    saveAllInputs: true,
    gradFunc: (dy, _, attributes) => {
      const parts = tf.unstack(dy as Tensor, (attributes as unknown as tf.PackAttrs).axis);
      return Object.fromEntries(parts.map((part, i) => [i, () => part]));
    },
  },
  {
    kernelName: 'Unpack',
    gradFunc: (dy, _, attributes) => ({
      value: () => tf.stack(dy as Tensor[], (attributes as unknown as tf.UnpackAttrs).axis),
    }),
  },
  {
    kernelName: 'Slice',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => {
      const { begin, size } = attributes as unknown as tf.SliceAttrs;
      const [from, extent] = parseSlice(x.shape, begin, size);
      const paddings = x.shape.map((full, i): [number, number] => [from[i], full - from[i] - extent[i]]);
      return { x: () => tf.pad(dy as Tensor, paddings) };
    },
  },
  {
    kernelName: 'PadV2',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => {
      const begin = (attributes as unknown as tf.PadV2Attrs).paddings.map(([before]) => before);
      return { x: () => tf.slice(dy as Tensor, begin, x.shape) };
    },
  },
  {
    kernelName: 'Reverse',
    gradFunc: (dy, _, attributes) => ({
      x: () => tf.reverse(dy as Tensor, (attributes as unknown as tf.ReverseAttrs).dims),
    }),
  },
  {
    kernelName: 'GatherV2',
    inputsToSave: ['x', 'indices'],
    gradFunc: (dy, [x, indices], attributes) => {
      const { axis, batchDims } = attributes as unknown as tf.GatherV2Attrs;
      if (batchDims !== 0) throw new Error('The gradient of tf.gather with batchDims is not implemented.');
      const along = tf.util.parseAxisParam(axis, x.shape)[0];
      return { x: () => gatherGradient(dy as Tensor, x, indices, along), indices: () => tf.zeros(indices.shape) };
    },
  },
  {
    kernelName: 'OneHot',
    inputsToSave: ['indices'],
    gradFunc: (_, [indices]) => ({ indices: () => tf.zeros(indices.shape) }),
  },
  {
    kernelName: 'SpaceToBatchND',
    gradFunc: (dy, _, attributes) => {
      const { blockShape, paddings } = attributes as unknown as { blockShape: number[]; paddings: number[][] };
      return { x: () => tf.batchToSpaceND(dy as Tensor, blockShape, paddings) };
    },
  },
  {
    kernelName: 'BatchToSpaceND',
    gradFunc: (dy, _, attributes) => {
      const { blockShape, crops } = attributes as unknown as { blockShape: number[]; crops: number[][] };
      return { x: () => tf.spaceToBatchND(dy as Tensor, blockShape, crops) };
    },
  },
  {
    kernelName: 'DepthToSpace',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => {
      const { blockSize } = attributes as unknown as tf.DepthToSpaceAttrs;
      const [batch, height, width, channels] = x.shape;
      const cells = tf.reshape(dy as Tensor, [batch, height, blockSize, width, blockSize, channels / blockSize ** 2]);
      return { x: () => tf.reshape(tf.transpose(cells, [0, 1, 3, 2, 4, 5]), x.shape) };
    },
  },
];
