/** Gradients of reductions, softmax and cumulative sums. */

import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** `reduced` with the reduced axes restored as extents of one, so that it broadcasts against the operand. */
function withReducedAxes(reduced: Tensor, shape: readonly number[], axes: readonly number[]): Tensor {
  return tf.reshape(
    reduced,
    shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)),
  );
}

function spread(dy: Tensor, x: Tensor, axis: number | number[], scale: (count: number) => number): Tensor {
  const axes = tf.util.parseAxisParam(axis, x.shape);
  const count = axes.reduce((product, a) => product * x.shape[a], 1);
  const small = withReducedAxes(dy, x.shape, axes);
  return tf.broadcastTo(scale(count) === 1 ? small : tf.mul(small, scale(count)), x.shape);
}

/** Every element that equals the extreme value gets the whole gradient, as in tf.js. */
function extreme(kernelName: 'Max' | 'Min'): GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attributes) => {
      const { reductionIndices, axis } = attributes as unknown as { reductionIndices?: number[]; axis?: number[] };
      const axes = tf.util.parseAxisParam(reductionIndices ?? axis ?? null!, x.shape);
      const chosen = tf.cast(tf.equal(x, withReducedAxes(y, x.shape, axes)), 'float32');
      return { x: () => tf.mul(withReducedAxes(dy as Tensor, x.shape, axes), chosen) };
    },
  };
}

/** The derivative by an element is the product of all others: the product of those before times that of those after, which is safe with zeros. */
function productGradient(dy: Tensor, x: Tensor, axis: number | number[]): Tensor {
  const axes = tf.util.parseAxisParam(axis, x.shape);
  const others = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const order = [...others, ...axes];
  const moved = tf.transpose(x, order);
  const flat = tf.reshape(moved, [...others.map((i) => x.shape[i]), -1]);
  const last = flat.rank - 1;
  const rest = tf.mul(tf.cumprod(flat, last, true, false), tf.cumprod(flat, last, true, true));
  const inverse = order.map((_, i) => order.indexOf(i));
  return tf.mul(withReducedAxes(dy, x.shape, axes), tf.transpose(tf.reshape(rest, moved.shape), inverse));
}

const axisOf = (attributes: object) => (attributes as { axis: number | number[] }).axis;

export const reductionGradients: readonly GradConfig[] = [
  {
    kernelName: 'Sum',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => ({ x: () => spread(dy as Tensor, x, axisOf(attributes), () => 1) }),
  },
  {
    kernelName: 'Mean',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => ({ x: () => spread(dy as Tensor, x, axisOf(attributes), (count) => 1 / count) }),
  },
  extreme('Max'),
  extreme('Min'),
  {
    kernelName: 'Prod',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => ({ x: () => productGradient(dy as Tensor, x, axisOf(attributes)) }),
  },
  ...['ArgMax', 'ArgMin'].map(
    (kernelName): GradConfig => ({
      kernelName,
      inputsToSave: ['x'],
      gradFunc: (_, [x]) => ({ x: () => tf.zeros(x.shape) }),
    }),
  ),
  {
    kernelName: 'Cumsum',
    gradFunc: (dy, _, attributes) => {
      const { axis, exclusive, reverse } = attributes as unknown as tf.CumsumAttrs;
      return { x: () => tf.cumsum(dy as Tensor, axis, exclusive, !reverse) };
    },
  },
  {
    kernelName: 'Softmax',
    inputsToSave: ['logits'],
    gradFunc: (dy, [logits], attributes) => {
      const { dim } = attributes as unknown as tf.SoftmaxAttrs;
      const y = tf.softmax(logits, dim);
      const weighted = tf.mul(dy as Tensor, y);
      return { logits: () => tf.sub(weighted, tf.mul(tf.sum(weighted, dim, true), y)) };
    },
  },
  {
    kernelName: 'LogSoftmax',
    outputsToSave: [true],
    gradFunc: (dy, [y], attributes) => {
      const { axis } = attributes as unknown as tf.LogSoftmaxAttrs;
      return { logits: () => tf.sub(dy as Tensor, tf.mul(tf.sum(dy as Tensor, axis, true), tf.exp(y))) };
    },
  },
];
