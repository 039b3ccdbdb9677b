/** Reduction and bicubic enlargement of pictures, which super-resolution starts from and is compared with. */
import * as tf from '@tensorflow/tfjs-core';

/** How many pixels on each side of an enlarged pixel contribute to it. */
const REACH = 2;
const TAPS = 2 * REACH + 1;

/**
 * Reduces pictures to the means of their squares of `scale`×`scale` pixels, rounded to bytes as in a file. Sides must be multiples of
 * `scale`. The gradient is 0, because that of rounding is.
 */
export function shrunk(x: tf.Tensor4D, scale: number): tf.Tensor4D {
  const means = tf.avgPool(x, scale, scale, 'valid');
  const bytes = tf.round(tf.mul(tf.add<tf.Tensor4D>(means, 1), 127.5));
  return tf.sub(tf.div(bytes, 127.5), 1);
}

/**
 * Bicubic enlargement before its last step: `[batch, rows, columns, scale² · channels]`, where the channels of each pixel hold the
 * `scale`×`scale` enlarged pixels in its place. `tf.depthToSpace(…, scale)` makes the enlarged picture from it. Before that step, the output
 * of a network can be added.
 *
 * Keys, "Cubic convolution interpolation for digital image processing", 1981, with a = −½, as in MATLAB's `imresize` and in Pillow
 * (OpenCV has −¾), and with half-pixel centres. Pixels beyond the borders are mirrored, the edge included.
 */
export function bicubicPhases(x: tf.Tensor4D, scale: number): tf.Tensor4D {
  const channels = x.shape[3];
  const margin: [number, number] = [REACH, REACH];
  const padded = tf.mirrorPad(x, [[0, 0], margin, margin, [0, 0]], 'symmetric');
  const kernel = tf.tensor4d(bicubicKernel(scale, channels), [TAPS, TAPS, channels, scale * scale * channels]);
  return tf.conv2d(padded, kernel, 1, 'valid');
}

/** Bicubic enlargement, clipped to [−1, 1]. */
export function enlarged(x: tf.Tensor4D, scale: number): tf.Tensor4D {
  return tf.clipByValue(tf.depthToSpace(bicubicPhases(x, scale), scale), -1, 1);
}

/** The kernel of the enlargement as a convolution, `[5, 5, channels, scale² · channels]`. */
function bicubicKernel(scale: number, channels: number): Float32Array {
  const weights = Array.from({ length: scale }, (_, place) => {
    const offset = (place + 0.5) / scale - 0.5;
    return Array.from({ length: TAPS }, (_, tap) => keys(Math.abs(offset - (tap - REACH))));
  });
  const kernel = new Float32Array(TAPS * TAPS * channels * scale * scale * channels);
  let i = 0;
  for (let y = 0; y < TAPS; y++)
    for (let x = 0; x < TAPS; x++)
      for (let from = 0; from < channels; from++)
        for (const down of weights)
          for (const across of weights)
            for (let to = 0; to < channels; to++)
              kernel[i++] = from === to ? (down[y] as number) * (across[x] as number) : 0;
  return kernel;
}

/** Keys's kernel with a = −½, at a distance in pixels. */
function keys(distance: number): number {
  if (distance < 1) return 1.5 * distance ** 3 - 2.5 * distance ** 2 + 1;
  return distance < 2 ? -0.5 * distance ** 3 + 2.5 * distance ** 2 - 4 * distance + 2 : 0;
}
