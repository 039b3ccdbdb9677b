/** Gradients of max pooling: the first, which puts each value where its window's maximum was, and the second, which takes it from there. */

import type { GradConfig, NamedAttrMap, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * A kernel that a backend may register to do this in its own way: of each window of `x`, the value at the place where `input` has
 * the window's maximum, the first of equals. Inputs `x`, `input`, `output`; attributes of `MaxPool`.
 */
export const maxPoolGatherKernel = 'MaxPoolGather';

type Inputs = Readonly<Record<'x' | 'input' | 'output', Tensor>>;

/** Below every number that a network computes; infinities would not survive every backend. */
const LOWEST = -3.4028234663852886e38;

function composed({ x, input, output }: Inputs, attributes: tf.MaxPoolAttrs): Tensor {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  const [batch, height, width, channels] = (input as Tensor4D).shape;
  const info = tf.backend_util.computePool2DInfo(
    [batch, height, width, channels],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const { outHeight, outWidth, strideHeight, strideWidth, filterHeight, filterWidth, padInfo } = info;
  const [reachDown, reachRight] = [(outHeight - 1) * strideHeight, (outWidth - 1) * strideWidth];
  const bottom = Math.max(0, reachDown + filterHeight - height - padInfo.top);
  const right = Math.max(0, reachRight + filterWidth - width - padInfo.left);
  const padded = (picture: Tensor, value: number) =>
    tf.pad(
      picture,
      [
        [0, 0],
        [padInfo.top, bottom],
        [padInfo.left, right],
        [0, 0],
      ],
      value,
    );
  const [from, where] = [padded(x, 0), padded(input, LOWEST)];
  let taken: Tensor | undefined;
  let sum: Tensor | undefined;
  for (let row = 0; row < filterHeight; row++) {
    for (let column = 0; column < filterWidth; column++) {
      const end = [batch, row + reachDown + 1, column + reachRight + 1, channels];
      const tap = (picture: Tensor) =>
        tf.stridedSlice(picture, [0, row, column, 0], end, [1, strideHeight, strideWidth, 1]);
      const equal = tf.equal(tap(where), output);
      const first = taken ? tf.logicalAnd(equal, tf.logicalNot(taken)) : equal;
      taken = taken ? tf.logicalOr(taken, equal) : equal;
      const share = tf.mul(tap(from), tf.cast(first, 'float32'));
      sum = sum ? tf.add(sum, share) : share;
    }
  }
  return sum as Tensor;
}

export const maxPoolGradients: readonly GradConfig[] = [
  {
    kernelName: 'MaxPool',
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [input, output], attributes) => ({
      x: () => tf.engine().runKernel('MaxPoolGrad', { dy: dy as Tensor, input, output }, attributes),
    }),
  },
  {
    kernelName: 'MaxPoolGrad',
    inputsToSave: ['input', 'output'],
    gradFunc: (ddx, [input, output], attributes) => {
      const inputs = { x: ddx as Tensor, input, output };
      const own: object | undefined = tf.getKernel(maxPoolGatherKernel, tf.getBackend());
      return {
        dy: () =>
          own
            ? tf.engine().runKernel(maxPoolGatherKernel, inputs, attributes as NamedAttrMap)
            : composed(inputs, attributes as unknown as tf.MaxPoolAttrs),
        // Where the maxima are is flat almost everywhere.
        input: () => tf.zerosLike(input),
        output: () => tf.zerosLike(output),
      };
    },
  },
];
