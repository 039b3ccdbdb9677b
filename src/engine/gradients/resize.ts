/**
 * Gradients of image resizing. Resizing is a matrix on each axis, so its gradient is the transposed matrices. (tf.js's CPU
 * gradient kernels return wrong results for rectangular pictures or batches, and ignore half-pixel centres.)
 */

import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type Interpolation, interpolationMatrix } from './interpolation.js';

/** A kernel that a backend may register to do this in its own way: inputs `dy`, attributes {@link ResizeGradientAttributes}. */
export const resizeGradientKernel = 'ResizeGradient';

export interface ResizeGradientAttributes extends Interpolation {
  /** Height and width of the picture that was resized. */
  readonly size: readonly [number, number];
}

function composed(dy: Tensor, { size: [height, width], ...mode }: ResizeGradientAttributes): Tensor {
  const [batch, tall, wide, channels] = dy.shape;
  const rows = tf.tensor(interpolationMatrix(height, tall, mode), [1, tall, height]);
  const columns = tf.tensor(interpolationMatrix(width, wide, mode), [1, wide, width]);
  const short = tf.matMul(rows, tf.reshape(dy, [batch, tall, wide * channels]), true, false);
  const small = tf.matMul(columns, tf.reshape(short, [batch * height, wide, channels]), true, false);
  return tf.reshape(small, [batch, height, width, channels]);
}

function resizeGradient(kernelName: string, method: Interpolation['method']): GradConfig {
  return {
    kernelName,
    inputsToSave: ['images'],
    gradFunc: (dy, [images], attributes) => {
      const { alignCorners, halfPixelCenters } = attributes as unknown as tf.ResizeBilinearAttrs;
      const [, height, width] = (images as tf.Tensor4D).shape;
      const options: ResizeGradientAttributes = { method, alignCorners, halfPixelCenters, size: [height, width] };
      const own: object | undefined = tf.getKernel(resizeGradientKernel, tf.getBackend());
      return {
        images: () =>
          own
            ? tf.engine().runKernel(resizeGradientKernel, { dy: dy as Tensor }, options as unknown as NamedAttrMap)
            : composed(dy as Tensor, options),
      };
    },
  };
}

export const resizeGradients: readonly GradConfig[] = [
  resizeGradient('ResizeBilinear', 'bilinear'),
  resizeGradient('ResizeNearestNeighbor', 'nearest'),
  {
    // Of the kernel that a backend may have for it: resizing once more.
    kernelName: resizeGradientKernel,
    inputsToSave: ['dy'],
    gradFunc: (ddx, [dy], attributes) => {
      const { method, alignCorners, halfPixelCenters } = attributes as unknown as ResizeGradientAttributes;
      const [, height, width] = (dy as tf.Tensor4D).shape;
      const resize = method === 'bilinear' ? tf.image.resizeBilinear : tf.image.resizeNearestNeighbor;
      return { dy: () => resize(ddx as tf.Tensor4D, [height, width], alignCorners, halfPixelCenters) };
    },
  },
];
