/** Smaller and larger pictures by fixed, linear means: what super-resolution starts from and is compared with. */
import * as tf from '@tensorflow/tfjs-core';

/** How far from an enlarged pixel the pixels lie that it is made of: at most 2 on either side. */
const REACH = 2;
const TAPS = 2 * REACH + 1;

/**
 * Each `scale`×`scale` pixels' mean, rounded as bytes are: a picture of fewer pixels, as a file or a camera would give it. Sides must be
 * multiples of `scale`. Nothing learns through it: the gradient of rounding is 0.
 */
export function shrunk(x: tf.Tensor4D, scale: number): tf.Tensor4D {
  const means = tf.avgPool(x, scale, scale, 'valid');
  const bytes = tf.round(tf.mul(tf.add<tf.Tensor4D>(means, 1), 127.5));
  return tf.sub(tf.div(bytes, 127.5), 1);
}

/**
 * Bicubic enlargement before its last step: `[batch, rows, columns, scale² · channels]`, the pixels of the enlarged picture by their place
 * inside the pixel that they are made of. `tf.depthToSpace(…, scale)` puts them side by side. So both can be added to what a
 * network made there.
 *
 * Keys, "Cubic convolution interpolation for digital image processing", 1981, with a = −½, as in MATLAB's `imresize` and in Pillow
 * (OpenCV has −¾); half-pixel centres. At the borders pixels are mirrored, edge included.
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

/** A convolution's kernel, `[5, 5, channels, scale² · channels]`, that gives each channel's pixels at each place. */
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

/** Keys's kernel at a distance in pixels, a = −½. */
function keys(distance: number): number {
  if (distance < 1) return 1.5 * distance ** 3 - 2.5 * distance ** 2 + 1;
  return distance < 2 ? -0.5 * distance ** 3 + 2.5 * distance ** 2 - 4 * distance + 2 : 0;
}
