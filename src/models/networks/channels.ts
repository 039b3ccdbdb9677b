/** Grey pictures among colour ones: a network of digits needs one channel, pictures always have three. */
import * as tf from '@tensorflow/tfjs-core';

/** Channels that a network of pictures learns: 1 is grey, 3 is colour. */
export type Channels = 1 | 3;

/** `[batch, height, width, 3]` to `[batch, height, width, channels]`: as it is, or the mean of its channels. */
export function learntChannels(y: tf.Tensor4D, channels: Channels): tf.Tensor4D {
  return channels === 3 ? y : tf.mean(y, 3, true);
}

/** `[batch, height, width, channels]` to three channels, all of which are the one where there is one. */
export function shownChannels(pictures: tf.Tensor4D): tf.Tensor4D {
  return pictures.shape[3] === 3 ? pictures : tf.concat([pictures, pictures, pictures], 3);
}
