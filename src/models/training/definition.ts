/** What a recipe trains: its networks, the updates of them, when each update is made, and what is measured. */
import type * as tf from '@tensorflow/tfjs-core';
import { need } from '../../engine/tensor-record.js';
import type { TensorSpec, Tensors } from '../../engine/types.js';
import type { Network } from '../networks/network.js';
import type { AdversarialConfig } from '../options/common.js';
import type { Apply } from './apply.js';
import type { Metrics } from './update-outputs.js';

/** What a network is for. A discriminator has its own learning rate; a generator's weights are averaged (`emaDecay`). */
export type Role = 'generator' | 'discriminator';

/** A network that learns, and its role. */
export interface TrainedNetwork {
  /** The network as two functions. */
  // biome-ignore lint/suspicious/noExplicitAny: a definition mixes networks of pictures, vectors and both.
  readonly network: Network<any, any>;
  /** Decides the learning rate, and whether the weights are averaged. */
  readonly role: Role;
}

/**
 * Where the values of an input come from:
 * - `synthetic`, `real`: the update's minibatch of pictures, in [−1, 1]
 * - `labels`: the classes of its real pictures, one-hot; `other-labels`: classes drawn evenly, one-hot
 * - `normal`, `uniform`: random numbers of the standard normal distribution, or evenly distributed between 0 and 1
 * - `dropout`: 0 with this probability, otherwise 1 / (1 − probability)
 * - `history`: pictures drawn from the history of that name, in [−1, 1]
 * - `remembered`: 1 for each picture that the history of that name could give, 0 for each that it could not
 */
export type InputSource =
  | 'synthetic'
  | 'real'
  | 'labels'
  | 'other-labels'
  | 'normal'
  | 'uniform'
  | {
      /** Probability that a value is 0, from 0 to below 1. */
      readonly dropout: number;
    }
  | {
      /** Name of the history that the pictures are drawn from. */
      readonly history: string;
    }
  | {
      /** Name of the history that the values describe. */
      readonly remembered: string;
    };

/** An input of an update. Its random numbers are a function of its name, the step and the seed. */
export interface UpdateInput extends TensorSpec {
  /** Where the values come from. */
  readonly from: InputSource;
}

/** Inputs by name. */
export type UpdateInputs = Readonly<Record<string, UpdateInput>>;

/** What the loss function of an update returns. */
export interface UpdateResult {
  /** The scalar that the update's networks minimise. */
  readonly loss: tf.Scalar;
  /** Parts of the loss that are reported by name, besides the loss itself. */
  readonly losses?: Readonly<Record<string, tf.Scalar>>;
  /** What every recipe may measure of an update, such as the discriminator's accuracy. */
  readonly metrics?: Metrics<tf.Scalar>;
  /** The recipe's own measures, by name. */
  readonly measures?: Readonly<Record<string, tf.Scalar>>;
  /** Pictures in [−1, 1] for the two-sample classifier. */
  readonly images?: {
    /** The pictures that a generator generated. */
    readonly generated: tf.Tensor4D;
    /** The pictures of the control `baseline`. */
    readonly control?: tf.Tensor4D;
  };
  /** Newly generated pictures for the histories, by the name of the history. */
  readonly buffers?: Readonly<Record<string, tf.Tensor4D>>;
}

/** One optimiser step on some networks together. All other networks are frozen. */
export interface Update {
  /** The name under which its loss and its gradient norm are reported. */
  readonly name: string;
  /** The names of the networks that learn. */
  readonly networks: readonly string[];
  /** The tensors that `loss` receives, by name. */
  readonly inputs: UpdateInputs;
  /**
   * Computes the loss. The function must be pure: it runs twice in each update, inside and outside the gradient, and an engine that
   * compiles merges both runs.
   */
  loss(apply: Apply, inputs: Tensors): UpdateResult;
}

/** A phase before the adversarial one, in which each step makes a single update. */
export interface Pretraining {
  /** The name of the phase in reports. */
  readonly phase: string;
  /** How many steps the phase takes; 0 leaves it out. */
  readonly steps: number;
  /** The name of the update that each of its steps makes. */
  readonly update: string;
}

/** Which updates a step makes, by their names. */
export interface Schedule {
  /** Phases before the adversarial one, in order. */
  readonly pretraining?: readonly Pretraining[];
  /** The name of the generator update in the adversarial phase. */
  readonly generator: string;
  /** The name of the discriminator update in the adversarial phase. */
  readonly discriminator: string;
  /**
   * K_g: generator updates in a step, each on its own minibatch. Default 1. Where K_g and K_d are both 1, both updates start from the same
   * weights and pictures, and the engine computes once what they share. Other values need unpaired inputs.
   */
  readonly kG?: number;
  /** K_d: discriminator updates in a step, each on its own minibatch. Default 1. */
  readonly kD?: number;
}

/** What a measurement on held-out pictures returns. */
export interface HeldOutResult {
  /** The pictures that inference generates, `[count, height, width, 3]` in [−1, 1]. */
  readonly generated: tf.Tensor4D;
  /** The discriminator's logits of the generated pictures. */
  readonly ofGenerated: tf.Tensor;
  /** The discriminator's logits of real pictures. */
  readonly ofReal: tf.Tensor;
  /** The pictures of the control `baseline`, of the same shape. */
  readonly control?: tf.Tensor4D;
  /** The recipe's own measures, by name. */
  readonly measures?: Readonly<Record<string, tf.Scalar>>;
}

/** Everything that the training of one configuration consists of. */
export interface TrainingDefinition {
  /** The networks that learn, by name. */
  readonly networks: Readonly<Record<string, TrainedNetwork>>;
  /** The updates that the schedule refers to, by name. */
  readonly updates: Readonly<Record<string, Update>>;
  /** Which updates each step makes. */
  readonly schedule: Schedule;
  /** The histories by name, each with the number of pictures that it keeps at most. See {@link InputSource}. */
  readonly histories?: Readonly<Record<string, number>>;
  /** What is measured on held-out pictures, every `checkEvery` steps. */
  readonly heldOut: {
    /** The inputs of a measurement on `count` pictures of each kind. */
    inputs(count: number): UpdateInputs;
    /** Measures in inference mode, with the averaged weights where `emaDecay` is above 0. */
    measure(apply: Apply, inputs: Tensors): HeldOutResult;
  };
}

/** How many held-out pictures of each kind are measured at once. */
export const HELD_OUT = 16;

/** An input of `count` pictures of one kind, in the configuration's size: `[count, height, width, 3]` in [−1, 1]. */
export function picturesInput(
  from: 'synthetic' | 'real',
  { width, height }: Pick<AdversarialConfig, 'width' | 'height'>,
  count: number,
): UpdateInput {
  return { shape: [count, height, width, 3], from };
}

/** The inputs `x`, synthetic pictures, and `y`, real pictures: `count` of each. */
export function bothInputs(
  config: Pick<AdversarialConfig, 'width' | 'height'>,
  count: number,
): Readonly<Record<'x' | 'y', UpdateInput>> {
  return { x: picturesInput('synthetic', config, count), y: picturesInput('real', config, count) };
}

/** The synthetic pictures in these inputs, `[count, height, width, 3]`. */
export const xOf = (inputs: Tensors): tf.Tensor4D => need(inputs, 'x');
/** The real pictures in these inputs, `[count, height, width, 3]`. */
export const yOf = (inputs: Tensors): tf.Tensor4D => need(inputs, 'y');

/** The dropout mask of `count` pictures as an input of that name; no input where the network has no dropout. */
export function dropoutInput(name: string, network: TrainedNetwork['network'], count: number): UpdateInputs {
  const { dropoutUnits, dropoutRate = 0 } = network;
  return dropoutUnits === undefined ? {} : { [name]: { shape: [count, dropoutUnits], from: { dropout: dropoutRate } } };
}

/** The names of the networks of a role. */
export function networkNames({ networks }: TrainingDefinition, role: Role): string[] {
  return Object.keys(networks).filter((name) => networks[name]?.role === role);
}
