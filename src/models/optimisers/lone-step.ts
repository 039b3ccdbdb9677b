/** One optimiser step of a network that learns by itself, against nobody. */
import * as tf from '@tensorflow/tfjs-core';
import { under, within } from '../../engine/tensor-record.js';
import type { Program, Tensors } from '../../engine/types.js';
import { type GuardOptions, guard } from './guard.js';
import type { Optimiser } from './optimiser.js';

/**
 * A step of `optimiser` on the `weights/…` in `values`, whose moments are `optimiser/…`; none where loss or gradient is not finite.
 * Gives the output `loss` and the state after it. `loss` is given the weights by their names.
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
