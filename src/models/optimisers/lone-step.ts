/** One optimiser step of a network that is trained alone, such as a classifier. */
import * as tf from '@tensorflow/tfjs-core';
import { under, within } from '../../engine/tensor-record.js';
import type { Program, Tensors } from '../../engine/types.js';
import { type GuardOptions, guard } from './guard.js';
import type { Optimiser } from './optimiser.js';

/**
 * Makes a step of `optimiser` on the weights `weights/…` in `values`, with the moments `optimiser/…`. It changes nothing where the loss or the
 * gradient is not finite. The result has the output `loss` and the new state. The function `loss` gets the weights by their names.
 */
export function loneStep(
  optimiser: Optimiser,
  values: Tensors,
  loss: (weights: Tensors) => tf.Scalar,
  options?: GuardOptions,
): ReturnType<Program> {
  const weights = within('weights/', values);
  const names = Object.keys(weights);
  const named = (list: readonly tf.Tensor[]): Tensors =>
    Object.fromEntries(names.map((name, i) => [name, list[i] as tf.Tensor]));
  const { value, grads } = tf.valueAndGrads((...list: tf.Tensor[]) => loss(named(list)))(Object.values(weights));
  const { gradients, accepted } = guard(value as tf.Scalar, named(grads), options);
  const next = optimiser.update(gradients, weights, within('optimiser/', values), accepted);
  return {
    outputs: { loss: value },
    state: { ...under('weights/', next.weights), ...under('optimiser/', next.moments) },
  };
}
