/** Compares the strength of detail in refined and in real pictures. */
import * as tf from '@tensorflow/tfjs-core';

/** How many octaves of detail are compared, from single pixels to blocks of 4×4 pixels. */
const OCTAVES = 3;
/** The signs of a block's pixels, row by row, for its mean and for its column, row and diagonal detail. */
const HAAR = [
  [1, 1, 1, 1],
  [1, -1, 1, -1],
  [1, 1, -1, -1],
  [1, -1, -1, 1],
] as const;
/** Keeps the logarithm finite in uniform pictures. It is about the energy of half a level of 255. */
const LEAST_ENERGY = 2e-5;

/**
 * The distance between the strength of detail in refined and in real pictures: the mean of (ln e(R(x)) − ln e(y))² over three octaves and
 * the channels. Here e is the energy of an octave in all pictures together, which is what their mean square loses when the sides are halved
 * (Haar wavelets). Pictures are in [−1, 1] with sides of at least 8 pixels; the last row or column of an odd number is left out. The value
 * is 0 where the energies agree. Like `toneMatchLoss` it compares whole batches by fixed features, regardless of where the detail is.
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

/** The mean square of each channel. Rows and columns are averaged one after the other, which is many times faster than both at once. */
function meanSquare(values: tf.Tensor4D): tf.Tensor {
  const [count, height, width, channels] = values.shape;
  const rows = tf.reshape(tf.square(values), [count * height, width * channels]);
  return tf.mean(tf.reshape(tf.mean(rows, 0), [width, channels]), 0);
}

/**
 * The kernel of a Haar filter bank for stride 2, with its outputs part by part and without mixing channels. Detail is computed from
 * differences, because the difference of two mean squares would be mostly rounding error in uniform pictures.
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
