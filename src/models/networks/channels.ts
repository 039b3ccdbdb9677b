/** Conversion between pictures, which always have three channels, and the channels that a network learns. */
import * as tf from '@tensorflow/tfjs-core';

/** How many channels a network learns: 1 for grey, 3 for colour. */
export type Channels = 1 | 3;

/** Converts `[batch, height, width, 3]` to `[batch, height, width, channels]`; grey is the mean of the channels. */
export function learntChannels(y: tf.Tensor4D, channels: Channels): tf.Tensor4D {
  return channels === 3 ? y : tf.mean(y, 3, true);
}

/** Converts `[batch, height, width, channels]` to three channels; a single channel is repeated. */
export function shownChannels(pictures: tf.Tensor4D): tf.Tensor4D {
  return pictures.shape[3] === 3 ? pictures : tf.concat([pictures, pictures, pictures], 3);
}
