/** Reduces the gradient of a broadcast operand to the operand's own shape. */
import { broadcast_util, reshape, sum, type Tensor } from '@tensorflow/tfjs-core';

/** Sums `gradient` over the axes along which a tensor of shape `shape` was broadcast. */
export function unbroadcast(gradient: Tensor, shape: number[]): Tensor {
  const axes = broadcast_util.getReductionAxes(shape, gradient.shape);
  return reshape(axes.length > 0 ? sum(gradient, axes) : gradient, shape);
}
