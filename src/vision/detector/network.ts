/** The BlazeFace network as a program, for pictures of any size that is a multiple of 32. */
import * as tf from '@tensorflow/tfjs-core';
import type { Program, Tensors } from '../../engine/types.js';

/** The residual blocks, out of 31, that halve the picture; the last two of them double the channels. */
const halving = new Set([7, 15, 23]);

/** The converted model names its weights `unknown_N`; depthwise, pointwise and bias of block k are 1, 3 and 4 + 4k. */
const weight = (state: Tensors, index: number): tf.Tensor => state[`unknown_${index}`] as tf.Tensor;

/** A 1×1 convolution with its bias. */
function pointwise(x: tf.Tensor4D, state: Tensors, index: number): tf.Tensor4D {
  return tf.add(tf.conv2d(x, weight(state, index) as tf.Tensor4D, 1, 'same'), weight(state, index + 1));
}

function separable(x: tf.Tensor4D, state: Tensors, index: number, stride: 1 | 2): tf.Tensor4D {
  const spread = tf.depthwiseConv2d(x, weight(state, index) as tf.Tensor4D, stride, 'same');
  return pointwise(spread, state, index + 2);
}

/** Appends channels of zeros. */
const padChannels = (x: tf.Tensor4D, count: number): tf.Tensor4D => tf.pad(x, [...Array(3).fill([0, 0]), [0, count]]);

function block(x: tf.Tensor4D, state: Tensors, k: number): tf.Tensor4D {
  const stride = halving.has(k) ? 2 : 1;
  const residual = separable(x, state, 1 + 4 * k, stride);
  const shortcut: tf.Tensor4D = stride === 2 ? tf.maxPool(x, 2, 2, 'same') : x;
  const missing = (residual.shape[3] as number) - (shortcut.shape[3] as number);
  return tf.relu(tf.add<tf.Tensor4D>(residual, missing > 0 ? padChannels(shortcut, missing) : shortcut));
}

/**
 * BlazeFace in its 256×256 "back camera" form (Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on
 * Mobile GPUs", 2019). It is fully convolutional and written out here so that it takes any size.
 *
 * Input `picture`: `[1, S, S, 3]`, S a multiple of 32, values −1 to 1. Outputs, one row for each anchor in the order of
 * `createAnchors`: `logits` `[A]`, and `boxes` `[A, 16]`: centre x, y, width, height, then x, y of right eye, left eye, nose, mouth,
 * right ear, left ear, in input pixels, positions relative to the anchor. State: the record of `readBlazeFaceWeights`.
 */
export const blazeFace: Program = ({ picture }, state) => {
  const stem = tf.conv2d(picture as tf.Tensor4D, state.unknown as tf.Tensor4D, 2, 'same');
  let fine = tf.relu(tf.add<tf.Tensor4D>(stem, weight(state, 0)));
  for (let k = 0; k <= 30; k++) fine = block(fine, state, k);
  const coarse = tf.relu(separable(fine, state, 125, 2));
  const logits = [pointwise(fine, state, 135), pointwise(coarse, state, 133)];
  const boxes = [pointwise(fine, state, 131), pointwise(coarse, state, 129)];
  return {
    outputs: {
      logits: tf.concat(logits.map((x) => tf.reshape(x, [-1]))),
      boxes: tf.concat(boxes.map((x) => tf.reshape(x, [-1, 16]))),
    },
  };
};
