/** What a recipe trains: its networks, the updates of them, when each update is made, and what is measured. */
import type * as tf from '@tensorflow/tfjs-core';
import { need } from '../../engine/tensor-record.js';
import type { TensorSpec, Tensors } from '../../engine/types.js';
import type { Network } from '../networks/network.js';
import type { AdversarialConfig } from '../options/common.js';
import type { Apply } from './apply.js';
import type { Metrics } from './update-outputs.js';

/** What a network is for: a discriminator has a learning rate of its own, of a generator's weights an average is kept. */
export type Role = 'generator' | 'discriminator';

/** A network that learns, and its role. */
export interface TrainedNetwork {
  // biome-ignore lint/suspicious/noExplicitAny: a definition mixes networks of pictures, vectors and both.
  readonly network: Network<any, any>;
  readonly role: Role;
}

/**
 * Where the values of an input come from:
 * - `synthetic`, `real`: the update's minibatch of pictures, in [−1, 1]
 * - `labels`: the classes of its real pictures, one-hot; `other-labels`: classes drawn evenly, one-hot
 * - `normal`, `uniform`: random numbers of the standard normal distribution, or from 0 to 1
 * - `dropout`: 0 with this probability, else 1 / (1 − probability)
 * - `history`: pictures of that history; `remembered`: 1 for each picture that the history had, 0 for the others
 */
export type InputSource =
  | 'synthetic'
  | 'real'
  | 'labels'
  | 'other-labels'
  | 'normal'
  | 'uniform'
  | { readonly dropout: number }
  | { readonly history: string }
  | { readonly remembered: string };

/** An input of an update. Its random numbers are a function of its name, the step and the seed. */
export interface UpdateInput extends TensorSpec {
  readonly from: InputSource;
}

/** Inputs by name. */
export type UpdateInputs = Readonly<Record<string, UpdateInput>>;

/** What an update minimises, and what is kept of it. */
export interface UpdateResult {
  /** What the update's networks minimise. */
  readonly loss: tf.Scalar;
  /** Parts of the loss that are reported by name, besides the loss itself. */
  readonly losses?: Readonly<Record<string, tf.Scalar>>;
  readonly metrics?: Metrics<tf.Scalar>;
  /** Measures of the recipe's own, by name. */
  readonly measures?: Readonly<Record<string, tf.Scalar>>;
  readonly images?: {
    /** The pictures that a generator made, which the two-sample classifier learns from. */
    readonly generated: tf.Tensor4D;
    /** What they are compared with, for the control `baseline`. */
    readonly control?: tf.Tensor4D;
  };
  /** Fresh pictures for histories, by the name of the history. */
  readonly buffers?: Readonly<Record<string, tf.Tensor4D>>;
}

/** One optimiser step on some networks together; all others are frozen. */
export interface Update {
  /** Its loss and its gradient norm are reported by this name. */
  readonly name: string;
  /** The networks that learn. */
  readonly networks: readonly string[];
  readonly inputs: UpdateInputs;
  /** Pure. It is run twice an update, inside and outside the gradient; an engine that compiles merges the two. */
  loss(apply: Apply, inputs: Tensors): UpdateResult;
}

/** First steps in which one update is made alone. */
export interface Pretraining {
  /** The name of the phase, in reports. */
  readonly phase: string;
  readonly steps: number;
  /** The name of the update. */
  readonly update: string;
}

/** Which updates a step makes, by their names. */
export interface Schedule {
  /** Phases before the adversarial one, in order. */
  readonly pretraining?: readonly Pretraining[];
  /** The updates of the adversarial phase. */
  readonly generator: string;
  readonly discriminator: string;
  /**
   * K_g and K_d: updates a step, each on a minibatch of its own. Default 1 and 1: both updates are then made from the same old weights
   * and the same pictures, and the engine computes what they share once. Others than 1 are for unpaired inputs.
   */
  readonly kG?: number;
  readonly kD?: number;
}

/** What a measurement on held-out pictures gives. */
export interface HeldOutResult {
  /** Pictures that inference makes. */
  readonly generated: tf.Tensor4D;
  /** The discriminator's logits of them, and of real ones. */
  readonly ofGenerated: tf.Tensor;
  readonly ofReal: tf.Tensor;
  /** What generated pictures are compared with, for the control `baseline`. */
  readonly control?: tf.Tensor4D;
  /** Measures of the recipe's own, by name. */
  readonly measures?: Readonly<Record<string, tf.Scalar>>;
}

/** Everything that the training of one configuration consists of. */
export interface TrainingDefinition {
  readonly networks: Readonly<Record<string, TrainedNetwork>>;
  readonly updates: Readonly<Record<string, Update>>;
  readonly schedule: Schedule;
  /** Pictures that each history keeps at most, by name: see {@link InputSource}. */
  readonly histories?: Readonly<Record<string, number>>;
  readonly heldOut: {
    /** Inputs for so many pictures of each kind. */
    inputs(count: number): UpdateInputs;
    /** Measures in inference mode, with average weights where they are kept. */
    measure(apply: Apply, inputs: Tensors): HeldOutResult;
  };
}

/** Held-out pictures of each kind that are measured at once. */
export const HELD_OUT = 16;

/** Pictures of the configuration's size as an input. */
export function picturesInput(
  from: 'synthetic' | 'real',
  { width, height }: Pick<AdversarialConfig, 'width' | 'height'>,
  count: number,
): UpdateInput {
  return { shape: [count, height, width, 3], from };
}

/** Synthetic pictures `x` and real pictures `y` as inputs. */
export function bothInputs(config: Pick<AdversarialConfig, 'width' | 'height'>, count: number) {
  return { x: picturesInput('synthetic', config, count), y: picturesInput('real', config, count) };
}

/** The input `x`: synthetic pictures. */
export const xOf = (inputs: Tensors): tf.Tensor4D => need(inputs, 'x');
/** The input `y`: real pictures. */
export const yOf = (inputs: Tensors): tf.Tensor4D => need(inputs, 'y');

/** A mask of dropout of that name for so many pictures, where the network has a layer with dropout. */
export function dropoutInput(name: string, network: TrainedNetwork['network'], count: number): UpdateInputs {
  const { dropoutUnits, dropoutRate = 0 } = network;
  return dropoutUnits === undefined ? {} : { [name]: { shape: [count, dropoutUnits], from: { dropout: dropoutRate } } };
}

/** The names of the networks of a role. */
export function networkNames({ networks }: TrainingDefinition, role: Role): string[] {
  return Object.keys(networks).filter((name) => networks[name]?.role === role);
}
