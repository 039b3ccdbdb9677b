/** What a network is: initial weights, and a pure tf.js function of pictures and weights. */
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { TensorRecord, Tensors } from '../../engine/types.js';
import type { Random } from '../../random.js';

/** How a network is run. */
export interface Pass {
  /** In `training`, batch norm takes the statistics of the batch, in `inference` the running ones. */
  readonly mode: 'training' | 'inference';
  /** Dropout as factors, `[batch, Network.dropoutUnits]`: 0 where a unit is dropped, 1 / (1 − rate) where it stays. None: no dropout. */
  readonly dropout?: Tensor2D;
}

/** What a network's run gives. */
export interface Activation<Output extends Tensor = Tensor> {
  /** What the network gives. */
  readonly output: Output;
  /** Running statistics after this pass; empty without batch norm and in inference. */
  readonly statistics: Tensors;
}

/** The values a network starts with. Names are unique over both records. */
export interface NetworkValues {
  /** What an optimiser changes. */
  readonly weights: TensorRecord;
  /** What passes in training mode change: batch norm's running means and variances. */
  readonly statistics: TensorRecord;
}

/** A network as two functions. `values` of `forward` holds weights and statistics. */
export interface Network<Output extends Tensor = Tensor, Input extends Tensor = Tensor4D> {
  /** Its weights and statistics before the first step. */
  init(random: Random): NetworkValues;
  /** Applies the network. `values` holds its weights and statistics by name. */
  forward(x: Input, values: Tensors, pass: Pass): Activation<Output>;
  /** Width of the one layer with dropout, where there is one. */
  readonly dropoutUnits?: number;
  /** Share of that layer's units which a training pass drops. */
  readonly dropoutRate?: number;
}

/** Turns pictures `[batch, height, width, channels]` in [−1, 1] into others of the same shape and range. */
export type RefinerNetwork = Network<Tensor4D>;

/**
 * Gives logits `[batch, rows, columns, 1]`, one a patch, or `[batch, 1]`, one a picture: above 0 where it takes the patch for
 * refined, below 0 for real. (The paper's D is the probability of *refined*.)
 */
export type DiscriminatorNetwork = Network;

/** A part of a network: adds its initial values to `into`. */
export interface Layer {
  /** Adds its weights and statistics to `into`. */
  init(random: Random, into: NetworkValues): void;
}

/** The initial values of all layers, drawn in order. */
export function initAll(layers: readonly Layer[], random: Random): NetworkValues {
  const values: NetworkValues = { weights: {}, statistics: {} };
  for (const layer of layers) layer.init(random, values);
  return values;
}
