/** Keeps a refiner's detail as strong as that of the real footage, be it sharper or softer. */
import * as tf from '@tensorflow/tfjs-core';

/** Octaves of detail, from pixels against their neighbours to blocks of four pixels against theirs. */
const BANDS = 3;
/** Keeps the logarithm finite in even pictures; below the energy of half a level of 255. */
const LEAST_ENERGY = 2e-5;

/**
 * How far the strength of detail in refined pictures is from that in real ones: the mean, over three octaves and the channels, of
 * (ln e(R(x)) − ln e(y))², where e is the energy of an octave in all pictures together: what their mean square loses when the sides are
 * halved (a Haar pyramid). On pictures in [−1, 1] with sides of 8 at least, of which odd rows and columns at the end are left out; 0
 * where they agree. Like {@link toneMatchLoss} it compares whole batches, by features that need no learning: it asks neither what the
 * detail is nor where.
 */
export function detailMatchLoss(refined: tf.Tensor4D, real: tf.Tensor4D): tf.Scalar {
  return tf.mean(tf.square(tf.sub(energiesOf(refined), energiesOf(real))));
}

function energiesOf(pictures: tf.Tensor4D): tf.Tensor1D {
  const energies: tf.Tensor1D[] = [];
  let whole = even(pictures);
  for (let band = 0; band < BANDS; band++) {
    const { half, energy } = halved(whole);
    energies.push(energy);
    whole = even(half);
  }
  return tf.log(tf.add<tf.Tensor1D>(tf.concat1d(energies), LEAST_ENERGY));
}

/**
 * Means of blocks of 2×2, and what they leave out. Summed from differences, as the difference of two mean squares would be all rounding
 * where pictures are even.
 */
function halved(pictures: tf.Tensor4D): { half: tf.Tensor4D; energy: tf.Tensor1D } {
  const [count, height, width, channels] = pictures.shape;
  const [rows, columns] = [height / 2, width / 2];
  const rowPairs = tf.reshape(pictures, [count * rows, 2, width, channels]);
  const row = tf.mean(rowPairs, 1, true);
  const columnPairs = tf.reshape(row, [count * rows, columns, 2, channels]);
  const block = tf.mean(columnPairs, 2, true);
  return {
    half: tf.reshape(block, [count, rows, columns, channels]),
    energy: tf.add(meanSquare(tf.sub(rowPairs, row)), meanSquare(tf.sub(columnPairs, block))),
  };
}

/** Of each channel. */
function meanSquare(values: tf.Tensor): tf.Tensor1D {
  return tf.mean<tf.Tensor1D>(tf.square(values), [0, 1, 2]);
}

/** Without the last row or column of an odd number. */
function even(pictures: tf.Tensor4D): tf.Tensor4D {
  const [count, height, width, channels] = pictures.shape;
  if (height % 2 === 0 && width % 2 === 0) return pictures;
  return tf.slice(pictures, [0, 0, 0, 0], [count, height - (height % 2), width - (width % 2), channels]);
}
