/** Runs the networks of a game by their names, with the weights of the moment. */
import type * as tf from '@tensorflow/tfjs-core';
import { within } from '../../engine/tensor-record.js';
import type { Tensors } from '../../engine/types.js';
import type { Network, Pass } from '../networks/network.js';

/** Networks by the names of their players. */
// biome-ignore lint/suspicious/noExplicitAny: a game mixes networks of pictures, vectors and both.
export type Networks = Readonly<Record<string, Network<any, any>>>;

/** Runs a player's network. `dropout` as in {@link Pass}. */
export type Play = <Output extends tf.Tensor = tf.Tensor4D>(
  player: string,
  x: tf.Tensor,
  dropout?: tf.Tensor2D,
) => Output;

/**
 * Plays with the values in `state` (`PLAYER/weights/…` and `PLAYER/statistics/…`), those in `weights` taking precedence. In training
 * mode `statistics` gets what each pass leaves, by player; the last pass of a player counts.
 */
export function playWith(
  networks: Networks,
  state: Tensors,
  mode: Pass['mode'],
  { weights = {}, statistics = {} }: { weights?: Tensors; statistics?: Record<string, Tensors> } = {},
): Play {
  return (player, x, dropout) => {
    const network = networks[player];
    if (network === undefined) throw new Error(`there is no player ${player}: ${Object.keys(networks).join(', ')}`);
    const own = { ...within(`${player}/weights/`, state), ...within(`${player}/weights/`, weights) };
    const values = { ...own, ...within(`${player}/statistics/`, state) };
    const activation = network.forward(x, values, dropout === undefined ? { mode } : { mode, dropout });
    statistics[player] = activation.statistics;
    return activation.output;
  };
}
