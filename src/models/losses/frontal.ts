/** Losses of frontal views, as means over pixels, channels and pictures in [−1, 1], so that weights do not depend on the size. */
import * as tf from '@tensorflow/tfjs-core';

/** The scales at which pictures are compared, full, half and quarter size, with the weights of TP-GAN (section 4). */
const SCALES = [
  { side: 1, weight: 1 },
  { side: 2, weight: 1 },
  { side: 4, weight: 1.5 },
] as const;

/** Mean |generated − target| at three scales, with the weights 1, 1 and 1.5. */
export function multiScaleDistance(generated: tf.Tensor4D, target: tf.Tensor4D): tf.Scalar {
  const difference = tf.sub<tf.Tensor4D>(generated, target);
  const parts = SCALES.map(({ side, weight }) => {
    const coarse = side === 1 ? difference : tf.avgPool(difference, side, side, 'valid');
    return tf.mul(tf.mean(tf.abs(coarse)), weight);
  });
  return tf.addN(parts) as tf.Scalar;
}

/** Mean distance of pictures from their mirror images, for pictures such as faces that should be symmetric. */
export function asymmetry(pictures: tf.Tensor4D): tf.Scalar {
  return tf.mean(tf.abs(tf.sub(pictures, tf.reverse(pictures, 2))));
}

/** Mean absolute difference of neighbouring pixels, down and across (total variation). */
export function variation(pictures: tf.Tensor4D): tf.Scalar {
  const [, h, w] = pictures.shape;
  const part = (top: number, left: number, height: number, width: number) =>
    tf.slice(pictures, [0, top, left, 0], [-1, height, width, -1]);
  const down = tf.mean(tf.abs(tf.sub(part(1, 0, h - 1, w), part(0, 0, h - 1, w))));
  const across = tf.mean(tf.abs(tf.sub(part(0, 1, h, w - 1), part(0, 0, h, w - 1))));
  return tf.add(down, across);
}
