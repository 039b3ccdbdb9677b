/** Gradients of elementwise kernels that have several operands. */

import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { unbroadcast } from './unbroadcast.js';

type Partial = (dy: Tensor, a: Tensor, b: Tensor) => Tensor;

const mask = (condition: Tensor) => tf.cast(condition, 'float32');

/** Partial derivatives by a and by b, before {@link unbroadcast}. */
const partials: Record<string, readonly [byA: Partial, byB: Partial]> = {
  Add: [(dy) => dy, (dy) => dy],
  Sub: [(dy) => dy, (dy) => tf.neg(dy)],
  Multiply: [(dy, _, b) => tf.mul(dy, mask(b)), (dy, a) => tf.mul(dy, mask(a))],
  RealDiv: [(dy, _, b) => tf.div(dy, mask(b)), (dy, a, b) => tf.neg(tf.div(tf.mul(dy, mask(a)), tf.square(mask(b))))],
  FloorDiv: [(dy) => tf.zerosLike(dy), (dy) => tf.zerosLike(dy)],
  Mod: [(dy) => dy, (dy, a, b) => tf.neg(tf.mul(dy, tf.floor(tf.div(a, b))))],
  Pow: [
    (dy, a, b) => tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))),
    (dy, a, b) => tf.mul(dy, tf.mul(tf.pow(a, b), tf.where(tf.greater(a, 0), tf.log(a), tf.zerosLike(a)))),
  ],
  SquaredDifference: [
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(a, b), 2)),
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(b, a), 2)),
  ],
  Maximum: [(dy, a, b) => tf.mul(dy, mask(tf.greaterEqual(a, b))), (dy, a, b) => tf.mul(dy, mask(tf.less(a, b)))],
  Minimum: [(dy, a, b) => tf.mul(dy, mask(tf.lessEqual(a, b))), (dy, a, b) => tf.mul(dy, mask(tf.greater(a, b)))],
  Atan2: [
    (dy, a, b) => tf.mul(dy, tf.div(b, tf.add(tf.square(a), tf.square(b)))),
    (dy, a, b) => tf.neg(tf.mul(dy, tf.div(a, tf.add(tf.square(a), tf.square(b))))),
  ],
};

/** Kernels whose gradient is zero almost everywhere. */
const zeroGradientKernels = [
  'Equal',
  'NotEqual',
  'Greater',
  'GreaterEqual',
  'Less',
  'LessEqual',
  'LogicalAnd',
  'LogicalOr',
];

export const binaryGradients: readonly GradConfig[] = [
  ...Object.entries(partials).map(
    ([kernelName, [byA, byB]]): GradConfig => ({
      kernelName,
      inputsToSave: ['a', 'b'],
      gradFunc: (dy, [a, b]) => ({
        a: () => unbroadcast(byA(dy as Tensor, a, b), a.shape),
        b: () => unbroadcast(byB(dy as Tensor, a, b), b.shape),
      }),
    }),
  ),
  {
    kernelName: 'AddN',
    saveAllInputs: true,
    gradFunc: (dy, saved) => Object.fromEntries(saved.map((_, i) => [i, () => tf.clone(dy as Tensor)])),
  },
  ...zeroGradientKernels.map(
    (kernelName): GradConfig => ({
      kernelName,
      inputsToSave: ['a', 'b'],
      gradFunc: (_, [a, b]) => ({ a: () => tf.zeros(a.shape), b: () => tf.zeros(b.shape) }),
    }),
  ),
  {
    kernelName: 'Select',
    inputsToSave: ['condition'],
    gradFunc: (dy, [condition]) => ({
      condition: () => tf.zeros(condition.shape),
      t: () => tf.mul(dy as Tensor, mask(condition)),
      e: () => tf.mul(dy as Tensor, mask(tf.logicalNot(condition))),
    }),
  },
  {
    kernelName: 'Prelu',
    inputsToSave: ['x', 'alpha'],
    gradFunc: (dy, [x, alpha]) => {
      return {
        x: () => tf.mul(dy as Tensor, tf.add(tf.mul(tf.step(x), tf.sub(1, alpha)), alpha)),
        alpha: () => unbroadcast(tf.mul(dy as Tensor, tf.minimum(x, 0)), alpha.shape),
      };
    },
  },
];
