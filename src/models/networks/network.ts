/** The interface of networks: initial weights, and a pure tf.js function of pictures and weights. */
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { TensorRecord, Tensors } from '../../engine/types.js';
import type { Random } from '../../random.js';

/** How a network is run. */
export interface Pass {
  /** In `training`, batch norm uses the statistics of the batch, in `inference` the running statistics. */
  readonly mode: 'training' | 'inference';
  /** Dropout factors, `[batch, Network.dropoutUnits]`: 0 where a unit is dropped, 1 / (1 − rate) where it stays. Absent: no dropout. */
  readonly dropout?: Tensor2D;
}

/** The result of applying a network. */
export interface Activation<Output extends Tensor = Tensor> {
  /** The output tensor. */
  readonly output: Output;
  /** Running statistics after this pass; empty without batch norm and in inference. */
  readonly statistics: Tensors;
}

/** The initial values of a network. Names are unique over both records. */
export interface NetworkValues {
  /** The values that an optimiser changes. */
  readonly weights: TensorRecord;
  /** The values that passes in training mode change: running means and variances of batch norm. */
  readonly statistics: TensorRecord;
}

/** A network as two functions. */
export interface Network<Output extends Tensor = Tensor, Input extends Tensor = Tensor4D> {
  /** Its weights and statistics before the first step. */
  init(random: Random): NetworkValues;
  /** Applies the network. `values` holds its weights and statistics by name. */
  forward(x: Input, values: Tensors, pass: Pass): Activation<Output>;
  /** The number of units of the layer with dropout, where there is one. */
  readonly dropoutUnits?: number;
  /** The share of those units that a training pass drops, from 0 to below 1. */
  readonly dropoutRate?: number;
}

/** A network that turns pictures `[batch, height, width, channels]` in [−1, 1] into pictures of the same shape and range. */
export type RefinerNetwork = Network<Tensor4D>;

/**
 * A network that gives logits for each patch, `[batch, rows, columns, 1]`, or for each picture, `[batch, 1]`. A logit is above 0 for
 * refined and below 0 for real, because the paper's D is the probability of *refined*.
 */
export type DiscriminatorNetwork = Network;

/** A part of a network. */
export interface Layer {
  /** Adds its weights and statistics to `into`. */
  init(random: Random, into: NetworkValues): void;
}

/** Draws the initial values of all layers, in order. */
export function initAll(layers: readonly Layer[], random: Random): NetworkValues {
  const values: NetworkValues = { weights: {}, statistics: {} };
  for (const layer of layers) layer.init(random, values);
  return values;
}
