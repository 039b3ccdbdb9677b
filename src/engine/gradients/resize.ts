/**
 * Gradients of image resizing. Resizing multiplies each axis by a matrix, so its gradient multiplies by the transposed ones. (tf.js's CPU
 * gradient kernels return wrong results for rectangular pictures or batches, and ignore half-pixel centres.)
 */

import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type Interpolation, interpolationMatrix } from './interpolation.js';

/** The kernel of the gradient, which a backend may register. Input `dy`, attributes {@link ResizeGradientAttributes}. */
export const resizeGradientKernel = 'ResizeGradient';

export interface ResizeGradientAttributes extends Interpolation {
  /** Height and width of the image before resizing. */
  readonly size: readonly [number, number];
}

function composed(dy: Tensor, { size: [height, width], ...mode }: ResizeGradientAttributes): Tensor {
  const [batch, resizedHeight, resizedWidth, channels] = dy.shape;
  const rows = tf.tensor(interpolationMatrix(height, resizedHeight, mode), [1, resizedHeight, height]);
  const columns = tf.tensor(interpolationMatrix(width, resizedWidth, mode), [1, resizedWidth, width]);
  const rowsDone = tf.matMul(rows, tf.reshape(dy, [batch, resizedHeight, resizedWidth * channels]), true, false);
  const gradient = tf.matMul(columns, tf.reshape(rowsDone, [batch * height, resizedWidth, channels]), true, false);
  return tf.reshape(gradient, [batch, height, width, channels]);
}

function resizeGradient(kernelName: string, method: Interpolation['method']): GradConfig {
  return {
    kernelName,
    inputsToSave: ['images'],
    gradFunc: (dy, [images], attributes) => {
      const { alignCorners, halfPixelCenters } = attributes as unknown as tf.ResizeBilinearAttrs;
      const [, height, width] = (images as tf.Tensor4D).shape;
      const options: ResizeGradientAttributes = { method, alignCorners, halfPixelCenters, size: [height, width] };
      const backendKernel: object | undefined = tf.getKernel(resizeGradientKernel, tf.getBackend());
      return {
        images: () =>
          backendKernel
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
    // The gradient of this kernel is the resizing itself.
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
