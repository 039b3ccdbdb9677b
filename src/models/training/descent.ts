/** The state of networks that learn, and an optimiser step on some of them while the others are frozen. */
import * as tf from '@tensorflow/tfjs-core';
import { need, under, within } from '../../engine/tensor-record.js';
import type { TensorRecord, Tensors } from '../../engine/types.js';
import { IrisflowError, messageOf } from '../../errors.js';
import type { NetworkValues } from '../networks/network.js';
import { adam } from '../optimisers/adam.js';
import { guard } from '../optimisers/guard.js';
import type { Acceptance, Optimiser } from '../optimisers/optimiser.js';
import { sgd } from '../optimisers/sgd.js';
import type { AdversarialConfig } from '../options/common.js';
import type { Role } from './definition.js';

type LearningOptions = Pick<AdversarialConfig, 'optimiser' | 'learningRate' | 'discriminatorLrScale'>;
type GuardedOptions = LearningOptions & Pick<AdversarialConfig, 'clipNorm' | 'refuseNonFinite'>;

/** The optimiser of a network with this role. */
export function optimiserOf({ optimiser, learningRate, discriminatorLrScale }: LearningOptions, role: Role): Optimiser {
  const rate = learningRate * (role === 'discriminator' ? discriminatorLrScale : 1);
  return optimiser === 'adam' ? adam({ learningRate: rate }) : sgd({ learningRate: rate });
}

/**
 * The state of a network before the first step: `NAME/weights/…`, `NAME/statistics/…`, `NAME/optimiser/…`, and `NAME/average/…` for a
 * generator where `emaDecay` is above 0.
 */
export function networkState(
  name: string,
  role: Role,
  { weights, statistics }: NetworkValues,
  config: LearningOptions & Pick<AdversarialConfig, 'emaDecay'>,
): TensorRecord {
  return {
    ...under(`${name}/weights/`, weights),
    ...under(`${name}/statistics/`, statistics),
    ...under(`${name}/optimiser/`, optimiserOf(config, role).init(weights)),
    ...(role === 'generator' && config.emaDecay > 0 ? under(`${name}/average/`, weights) : {}),
  };
}

/** The result of an optimiser step. */
export interface Descent {
  /** The loss before the step. */
  readonly loss: tf.Scalar;
  /** Whether the step was applied. */
  readonly accepted: Acceptance;
  /** L2 norm of the gradient before clipping. */
  readonly gradientNorm: tf.Scalar;
  /** The new weights and moments of the networks. */
  readonly state: Tensors;
}

/**
 * Makes one optimiser step on these networks; it changes nothing where the loss or a gradient is not finite. Only their weights are
 * differentiated and replaced, and every other network is frozen. The function `loss` gets their weights by their names in the state;
 * messages call the update `update`.
 */
export function descend(
  update: string,
  networks: Readonly<Record<string, Role>>,
  state: Tensors,
  config: GuardedOptions,
  loss: (weights: Tensors) => tf.Scalar,
): Descent {
  const old: Tensors = {};
  for (const name of Object.keys(networks)) {
    Object.assign(old, under(`${name}/weights/`, within(`${name}/weights/`, state)));
  }
  const { value, gradients: raw } = differentiated(update, old, loss);
  const guarded = guard(value, raw, {
    clipNorm: config.clipNorm,
    refuse: config.refuseNonFinite,
  });
  const next: Tensors = {};
  for (const [name, role] of Object.entries(networks)) {
    const own = `${name}/weights/`;
    const moments = within(`${name}/optimiser/`, state);
    const gradients = within(own, guarded.gradients);
    const updated = optimiserOf(config, role).update(gradients, within(own, old), moments, guarded.accepted);
    Object.assign(next, under(own, updated.weights), under(`${name}/optimiser/`, updated.moments));
  }
  return { loss: value, accepted: guarded.accepted, gradientNorm: guarded.norm, state: next };
}

/** The loss and its gradient by each of these weights. Throws `USAGE` where the loss does not depend on all of them. */
function differentiated(update: string, weights: Tensors, loss: (weights: Tensors) => tf.Scalar) {
  const names = Object.keys(weights);
  try {
    const of = tf.valueAndGrads((...list: tf.Tensor[]) => loss(named(names, list)));
    const { value, grads } = of(Object.values(weights));
    return { value: value as tf.Scalar, gradients: named(names, grads) };
  } catch (cause) {
    if (!messageOf(cause).startsWith(NO_GRADIENT)) throw cause;
    const unused = names.filter((name) => !dependsOn(name, weights, loss)).join(', ');
    const message = `the loss of the update ${update} does not depend on ${unused}: use these weights, or remove them from their network`;
    throw new IrisflowError('USAGE', message, { cause });
  }
}

/** The beginning of the message of TensorFlow.js about a function that does not depend on its arguments. */
const NO_GRADIENT = 'Cannot compute gradient of y=f(x) with respect to x.';

function dependsOn(name: string, weights: Tensors, loss: (weights: Tensors) => tf.Scalar): boolean {
  try {
    tf.grad((weight) => loss({ ...weights, [name]: weight }))(need(weights, name));
    return true;
  } catch {
    return false;
  }
}

/** The averaged weights of a network after an update, in which the new weights count 1 − `emaDecay`. */
export function averaged(name: string, state: Tensors, next: Tensors, accepted: Acceptance, emaDecay: number): Tensors {
  if (emaDecay === 0) return {};
  const approach = tf.mul(accepted, 1 - emaDecay);
  const average = Object.entries(within(`${name}/average/`, state)).map(([weight, before]) => {
    const after = need(next, `${name}/weights/${weight}`);
    return [weight, tf.add(before, tf.mul(tf.sub(after, before), approach))] as const;
  });
  return under(`${name}/average/`, Object.fromEntries(average));
}

/** The running statistics of a network after a pass; unchanged where its update is refused. */
export function keptStatistics(name: string, statistics: Tensors, accepted: Acceptance, state: Tensors): Tensors {
  const next = Object.entries(under(`${name}/statistics/`, statistics)).map(([entry, statistic]) => {
    return [entry, tf.where(tf.greater(accepted, 0), statistic, need(state, entry))] as const;
  });
  return Object.fromEntries(next);
}

function named(names: readonly string[], tensors: readonly tf.Tensor[]): Tensors {
  return Object.fromEntries(names.map((name, i) => [name, tensors[i] as tf.Tensor]));
}
