/** First and second gradient of max pooling: a scatter to the places of the window maxima, and a gather from them. */

import type { GradConfig, NamedAttrMap, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The kernel of the second gradient, which a backend may register; otherwise the gradient is composed of tf.js ops. It returns,
 * for each window, the value of `x` at the place of the window's maximum in `input` (the first of equal ones). Inputs `x`,
 * `input`, `output`; attributes of `MaxPool`.
 */
export const maxPoolGatherKernel = 'MaxPoolGather';

type Inputs = Readonly<Record<'x' | 'input' | 'output', Tensor>>;

/** The lowest finite float: pads `input`, because not every backend handles infinities. */
const LOWEST_FLOAT = -3.4028234663852886e38;

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
  const [lastTop, lastLeft] = [(outHeight - 1) * strideHeight, (outWidth - 1) * strideWidth];
  const bottom = Math.max(0, lastTop + filterHeight - height - padInfo.top);
  const right = Math.max(0, lastLeft + filterWidth - width - padInfo.left);
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
  const [from, where] = [padded(x, 0), padded(input, LOWEST_FLOAT)];
  let taken: Tensor | undefined;
  let sum: Tensor | undefined;
  for (let row = 0; row < filterHeight; row++) {
    for (let column = 0; column < filterWidth; column++) {
      const end = [batch, row + lastTop + 1, column + lastLeft + 1, channels];
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
      const backendKernel: object | undefined = tf.getKernel(maxPoolGatherKernel, tf.getBackend());
      return {
        dy: () =>
          backendKernel
            ? tf.engine().runKernel(maxPoolGatherKernel, inputs, attributes as NamedAttrMap)
            : composed(inputs, attributes as unknown as tf.MaxPoolAttrs),
        // The places of the maxima are constant almost everywhere.
        input: () => tf.zerosLike(input),
        output: () => tf.zerosLike(output),
      };
    },
  },
];
