/** The state that SimGAN's updates read and replace: weights, statistics, moments and averages of both networks. */
import * as tf from '@tensorflow/tfjs-core';
import type { TensorRecord, Tensors } from '../../../engine/types.js';
import type { Random } from '../../../random.js';
import type { NetworkValues } from '../../networks/network.js';
import { adam } from '../../optimisers/adam.js';
import type { Optimiser } from '../../optimisers/optimiser.js';
import { sgd } from '../../optimisers/sgd.js';
import { need, under, within } from '../../tensor-record.js';
import type { SimganConfig } from './config.js';
import type { Networks } from './networks.js';

/** The two parts of the state. */
export type NetworkName = 'refiner' | 'discriminator';

/**
 * The state before the first step: `NETWORK/weights/…`, `NETWORK/statistics/…` and `NETWORK/optimiser/…` for `refiner` and
 * `discriminator`, and `refiner/average/…` where the configuration asks for it.
 */
export function initialState(
  { R, D }: Networks,
  config: SimganConfig,
  random: (network: string) => Random,
): TensorRecord {
  const part = (name: NetworkName, { weights, statistics }: NetworkValues) => ({
    ...under(`${name}/weights/`, weights),
    ...under(`${name}/statistics/`, statistics),
    ...under(`${name}/optimiser/`, optimiserOf(config, name).init(weights)),
  });
  const refiner = R.init(random('refiner'));
  return {
    ...part('refiner', refiner),
    ...(config.averaging > 0 ? under('refiner/average/', refiner.weights) : {}),
    ...part('discriminator', D.init(random('discriminator'))),
  };
}

/** The average weights after an update: nearer to the new weights by 1 − `averaging`. */
export function averaged(state: Tensors, weights: Tensors, accepted: tf.Scalar, averaging: number): Tensors {
  if (averaging === 0) return {};
  const approach = tf.mul(accepted, 1 - averaging);
  const average = Object.entries(within('refiner/average/', state)).map(([name, before]) => {
    return [name, tf.add(before, tf.mul(tf.sub(need(weights, name), before), approach))] as const;
  });
  return under('refiner/average/', Object.fromEntries(average));
}

/** The optimiser of one network. */
export function optimiserOf(config: SimganConfig, network: NetworkName): Optimiser {
  const learningRate = config.learningRate * (network === 'discriminator' ? config.discriminatorPace : 1);
  return config.optimiser === 'adam' ? adam({ learningRate }) : sgd({ learningRate });
}
