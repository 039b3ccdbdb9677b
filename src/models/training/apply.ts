/** Applies the networks of a definition by name. */
import type * as tf from '@tensorflow/tfjs-core';
import { within } from '../../engine/tensor-record.js';
import type { Tensors } from '../../engine/types.js';
import type { Network, Pass } from '../networks/network.js';

/** Networks by name. */
// biome-ignore lint/suspicious/noExplicitAny: a definition mixes networks of pictures, vectors and both.
export type Networks = Readonly<Record<string, Network<any, any>>>;

/** Applies the network of that name to `x`, with its present weights. `dropout` holds factors as in {@link Pass}. */
export type Apply = <Output extends tf.Tensor = tf.Tensor4D>(
  network: string,
  x: tf.Tensor,
  dropout?: tf.Tensor,
) => Output;

/**
 * Returns a function that applies networks with the values in `state` (`NETWORK/weights/…` and `NETWORK/statistics/…`). Values in `weights`
 * take precedence. In training mode the running statistics of each pass are written into `statistics` by network; the last pass of a network
 * counts.
 */
export function applyWith(
  networks: Networks,
  state: Tensors,
  mode: Pass['mode'],
  { weights = {}, statistics = {} }: { weights?: Tensors; statistics?: Record<string, Tensors> } = {},
): Apply {
  return (name, x, dropout) => {
    const network = networks[name];
    if (network === undefined)
      throw new Error(`there is no network ${name}; the networks are ${Object.keys(networks).join(', ')}`);
    const own = { ...within(`${name}/weights/`, state), ...within(`${name}/weights/`, weights) };
    const values = { ...own, ...within(`${name}/statistics/`, state) };
    const activation = network.forward(x, values, { mode, ...(dropout && { dropout: dropout as tf.Tensor2D }) });
    statistics[name] = activation.statistics;
    return activation.output;
  };
}
