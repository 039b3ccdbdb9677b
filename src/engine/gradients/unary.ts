/** Gradients of elementwise kernels that have one operand. */

import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

type Attributes = Readonly<Record<string, unknown>>;

/** Derivatives as functions of the operand x. */
const fromInput: Record<string, (dy: Tensor, x: Tensor, attributes: Attributes) => Tensor> = {
  Abs: (dy, x) => tf.mul(dy, tf.sign(x)),
  Acos: (dy, x) => tf.neg(tf.div(dy, tf.sqrt(tf.sub(1, tf.square(x))))),
  Acosh: (dy, x) => tf.div(dy, tf.sqrt(tf.sub(tf.square(x), 1))),
  Asin: (dy, x) => tf.div(dy, tf.sqrt(tf.sub(1, tf.square(x)))),
  Asinh: (dy, x) => tf.div(dy, tf.sqrt(tf.add(tf.square(x), 1))),
  Atan: (dy, x) => tf.div(dy, tf.add(tf.square(x), 1)),
  Atanh: (dy, x) => tf.div(dy, tf.sub(1, tf.square(x))),
  ClipByValue: (dy, x, attributes) => {
    const { clipValueMin, clipValueMax } = attributes as unknown as tf.ClipByValueAttrs;
    const inside = tf.logicalAnd(tf.greaterEqual(x, clipValueMin), tf.lessEqual(x, clipValueMax));
    return tf.mul(dy, tf.cast(inside, 'float32'));
  },
  Cos: (dy, x) => tf.neg(tf.mul(dy, tf.sin(x))),
  Cosh: (dy, x) => tf.mul(dy, tf.sinh(x)),
  Erf: (dy, x) => tf.mul(dy, tf.mul(2 / Math.sqrt(Math.PI), tf.exp(tf.neg(tf.square(x))))),
  Log: (dy, x) => tf.div(dy, x),
  Log1p: (dy, x) => tf.div(dy, tf.add(x, 1)),
  Relu6: (dy, x) => tf.mul(dy, tf.mul(tf.step(x), tf.cast(tf.lessEqual(x, 6), 'float32'))),
  Selu: (dy, x) => {
    const scale = 1.0507009873554805;
    const negative = tf.mul(scale * 1.6732632423543772, tf.exp(tf.minimum(x, 0)));
    return tf.mul(dy, tf.where(tf.greater(x, 0), tf.fill(x.shape, scale), negative));
  },
  Sin: (dy, x) => tf.mul(dy, tf.cos(x)),
  Sinh: (dy, x) => tf.mul(dy, tf.cosh(x)),
  Softplus: (dy, x) => tf.mul(dy, tf.sigmoid(x)),
  Square: (dy, x) => tf.mul(dy, tf.mul(x, 2)),
  Tan: (dy, x) => tf.div(dy, tf.square(tf.cos(x))),
};

/**
 * Derivatives as functions of the result y. y is computed again from x, because tf.js's tape does not record that a saved result
 * depends on x, which would make second derivatives wrong. Engines that compile merge the two computations.
 */
const fromResult: Record<string, (dy: Tensor, y: Tensor) => Tensor> = {
  Elu: (dy, y) => tf.mul(dy, tf.add(tf.minimum(y, 0), 1)),
  Exp: (dy, y) => tf.mul(dy, y),
  Expm1: (dy, y) => tf.mul(dy, tf.add(y, 1)),
  Reciprocal: (dy, y) => tf.neg(tf.mul(dy, tf.square(y))),
  Rsqrt: (dy, y) => tf.mul(dy, tf.mul(-0.5, tf.mul(y, tf.square(y)))),
  Sigmoid: (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y))),
  Sqrt: (dy, y) => tf.div(tf.mul(dy, 0.5), y),
  Tanh: (dy, y) => tf.mul(dy, tf.sub(1, tf.square(y))),
};

/** Kernels whose gradient is zero almost everywhere. */
const zeroGradientKernels = [
  'Ceil',
  'Floor',
  'Round',
  'Sign',
  'Step',
  'IsFinite',
  'IsInf',
  'IsNan',
  'LogicalNot',
  'ZerosLike',
  'OnesLike',
];

const zeros = (shape: number[]) => tf.zeros(shape, 'float32');

export const unaryGradients: readonly GradConfig[] = [
  ...Object.entries(fromInput).map(
    ([kernelName, derivative]): GradConfig => ({
      kernelName,
      inputsToSave: ['x'],
      gradFunc: (dy, [x], attributes) => ({ x: () => derivative(dy as Tensor, x, attributes) }),
    }),
  ),
  ...Object.entries(fromResult).map(
    ([kernelName, derivative]): GradConfig => ({
      kernelName,
      inputsToSave: ['x'],
      gradFunc: (dy, [x]) => ({ x: () => derivative(dy as Tensor, tf.engine().runKernel(kernelName, { x })) }),
    }),
  ),
  {
    // The result is saved and not the operand, so that the operation before can fuse with this one. The second derivative is zero.
    kernelName: 'Relu',
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => tf.mul(dy as Tensor, tf.step(y)) }),
  },
  ...zeroGradientKernels.map(
    (kernelName): GradConfig => ({ kernelName, gradFunc: (dy) => ({ x: () => zeros((dy as Tensor).shape) }) }),
  ),
  { kernelName: 'Neg', gradFunc: (dy) => ({ x: () => tf.neg(dy as Tensor) }) },
  { kernelName: 'Cast', gradFunc: (dy) => ({ x: () => tf.cast(dy as Tensor, 'float32') }) },
  { kernelName: 'Identity', gradFunc: (dy) => ({ x: () => tf.cast(dy as Tensor, 'float32') }) },
  {
    kernelName: 'LeakyRelu',
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attributes) => {
      const { alpha } = attributes as unknown as tf.LeakyReluAttrs;
      // The result has the operand's sign unless the slope is zero or negative.
      return { x: () => tf.mul(dy as Tensor, tf.step(alpha > 0 ? y : x, alpha)) };
    },
  },
];
