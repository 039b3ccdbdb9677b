/** Losses of frontal views, on pictures in [−1, 1]: means over pixels, channels and pictures, so that weights hold for any size. */
import * as tf from '@tensorflow/tfjs-core';

/** Sizes at which pictures are compared: whole, a half, and a quarter, which matters more (TP-GAN's weights, section 4). */
const SCALES = [
  { side: 1, weight: 1 },
  { side: 2, weight: 1 },
  { side: 4, weight: 1.5 },
] as const;

/** Mean |generated − target| at three scales, weighed 1, 1 and 1.5. */
export function multiScaleDistance(generated: tf.Tensor4D, target: tf.Tensor4D): tf.Scalar {
  const difference = tf.sub<tf.Tensor4D>(generated, target);
  const parts = SCALES.map(({ side, weight }) => {
    const coarse = side === 1 ? difference : tf.avgPool(difference, side, side, 'valid');
    return tf.mul(tf.mean(tf.abs(coarse)), weight);
  });
  return tf.addN(parts) as tf.Scalar;
}

/** Mean distance of pictures from their mirror images: faces are symmetric, eyes are not. */
export function asymmetry(pictures: tf.Tensor4D): tf.Scalar {
  return tf.mean(tf.abs(tf.sub(pictures, tf.reverse(pictures, 2))));
}

/** Mean difference of neighbours, down and across (total variation). */
export function variation(pictures: tf.Tensor4D): tf.Scalar {
  const [, h, w] = pictures.shape;
  const part = (top: number, left: number, height: number, width: number) =>
    tf.slice(pictures, [0, top, left, 0], [-1, height, width, -1]);
  const down = tf.mean(tf.abs(tf.sub(part(1, 0, h - 1, w), part(0, 0, h - 1, w))));
  const across = tf.mean(tf.abs(tf.sub(part(0, 1, h, w - 1), part(0, 0, h, w - 1))));
  return tf.add(down, across);
}
