/** Keeps a refiner's detail as strong as that of the real footage, be it sharper or softer. */
import * as tf from '@tensorflow/tfjs-core';

/** Octaves of detail, from pixels against their neighbours to blocks of 4×4 pixels against theirs. */
const OCTAVES = 3;
/** Signs of a block's pixels, row by row: its mean, and what it has of columns, rows and diagonals. */
const HAAR = [
  [1, 1, 1, 1],
  [1, -1, 1, -1],
  [1, 1, -1, -1],
  [1, -1, -1, 1],
] as const;
/** Keeps the logarithm finite in even pictures: about the energy of half a level of 255. */
const LEAST_ENERGY = 2e-5;

/**
 * How far the strength of detail in refined pictures is from that in real ones: the mean, over three octaves and the channels, of
 * (ln e(R(x)) − ln e(y))², where e is the energy of an octave in all pictures together: what their mean square loses when the sides are
 * halved (Haar wavelets). On pictures in [−1, 1] with sides of 8 at least; the last row or column of an odd number is left out. 0 where
 * they agree. Like `toneMatchLoss` it compares whole batches, by features that need no learning: it asks neither what the
 * detail is nor where.
 */
export function detailMatchLoss(refined: tf.Tensor4D, real: tf.Tensor4D): tf.Scalar {
  return tf.mean(tf.square(tf.sub(energiesOf(refined), energiesOf(real))));
}

function energiesOf(pictures: tf.Tensor4D): tf.Tensor1D {
  const channels = pictures.shape[3];
  const haar = haarOf(channels);
  const energies: tf.Tensor1D[] = [];
  let whole = pictures;
  for (let octave = 0; octave < OCTAVES; octave++) {
    const parts = tf.conv2d(whole, haar, 2, 'valid');
    const energy = tf.reshape(meanSquare(parts), [HAAR.length, channels]);
    energies.push(tf.sum<tf.Tensor1D>(tf.slice(energy, [1, 0]), 0));
    whole = tf.slice(parts, [0, 0, 0, 0], [-1, -1, -1, channels]);
  }
  return tf.log(tf.add<tf.Tensor1D>(tf.concat1d(energies), LEAST_ENERGY));
}

/** Of each channel: first over rows, then over columns, which engines do many times faster than both at once. */
function meanSquare(values: tf.Tensor4D): tf.Tensor {
  const [count, height, width, channels] = values.shape;
  const rows = tf.reshape(tf.square(values), [count * height, width * channels]);
  return tf.mean(tf.reshape(tf.mean(rows, 0), [width, channels]), 0);
}

/**
 * A filter bank for stride 2, its outputs part by part: no channel sees another. Detail is summed from differences, as the difference of
 * two mean squares would be all rounding where pictures are even.
 */
function haarOf(channels: number): tf.Tensor4D {
  const outputs = HAAR.length * channels;
  const kernel = new Float32Array(4 * channels * outputs);
  HAAR.forEach((signs, part) => {
    signs.forEach((sign, place) => {
      for (let channel = 0; channel < channels; channel++) {
        kernel[(place * channels + channel) * outputs + part * channels + channel] = sign / 4;
      }
    });
  });
  return tf.tensor4d(kernel, [2, 2, channels, outputs]);
}
