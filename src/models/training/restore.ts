/** Reads a training's state from a checkpoint, and checks that it fits. */

import { allFinite, shapeDifference, under, within } from '../../engine/tensor-record.js';
import type { TensorRecord } from '../../engine/types.js';
import { IrisflowError } from '../../errors.js';
import { type BalanceState, balanceFrom } from '../safeguards/balance.js';
import type { Checkpoint, RecipeConfig } from '../types.js';
import type { HistoryContents } from './history.js';

/** The state that a training starts from. */
export interface Restored {
  /** Weights, statistics, moments and averages of the networks. */
  readonly state: TensorRecord;
  /** The state of the two-sample classifier; empty where the checkpoint has none. */
  readonly classifier: TensorRecord;
  /** The contents of the histories by name; empty without a checkpoint. */
  readonly histories: Readonly<Record<string, HistoryContents>>;
  readonly step: number;
  readonly skipped: number;
  readonly rollbacks: number;
  readonly refusedInRow: number;
  /** The last good state; `undefined` where it equals `state`. */
  readonly good: TensorRecord | undefined;
  readonly balance: BalanceState | undefined;
}

/** The prefix of the two-sample classifier's tensors in a checkpoint, which is its former name. */
export const CLASSIFIER = 'examiner/';
/** The prefix of the last good state's tensors in a checkpoint. */
export const GOOD = 'good/';

/** What a checkpoint must fit. */
export interface Expected {
  readonly config: RecipeConfig;
  /** The names of the options that decide what a checkpoint holds. */
  readonly fixed: readonly string[];
  /** The state before the first step. */
  readonly fresh: TensorRecord;
  /** The names of the histories. */
  readonly histories: readonly string[];
}

/**
 * Reads a checkpoint; without one the result is `fresh` at step 0. Throws `CHECKPOINT`, with a message of one line, where the checkpoint is of
 * another configuration, its tensors do not have the names and shapes of `fresh`, or one of them is not finite.
 */
export function restored(checkpoint: Checkpoint | undefined, { config, fixed, fresh, histories }: Expected): Restored {
  const begun = { skipped: 0, rollbacks: 0, refusedInRow: 0, good: undefined, balance: undefined };
  if (checkpoint === undefined) return { ...begun, state: fresh, classifier: {}, histories: {}, step: 0 };
  // Checkpoints of releases without spectral normalisation do not have the option.
  const savedConfig: RecipeConfig = { spectralNorm: false, ...checkpoint.config };
  for (const option of fixed) {
    const [saved, wanted] = [savedConfig[option], config[option]];
    if (JSON.stringify(saved) === JSON.stringify(wanted)) continue;
    throw new IrisflowError(
      'CHECKPOINT',
      `the checkpoint was saved with ${option} ${String(saved)}, but ${String(wanted)} was asked for: use the saved value, or another run folder`,
    );
  }
  const own = Object.entries(checkpoint.state).filter(
    ([name]) => !name.startsWith(CLASSIFIER) && !name.startsWith(GOOD),
  );
  const state: TensorRecord = Object.fromEntries(own);
  const difference = shapeDifference(fresh, state);
  if (difference !== undefined)
    throw new IrisflowError('CHECKPOINT', `the checkpoint does not fit ${config.recipe}: ${difference}`);
  const spoilt = own.find(([, { data }]) => !allFinite(data));
  if (spoilt !== undefined) {
    const message = `${spoilt[0]} in the checkpoint is not finite, so training cannot continue from it: go back to an earlier one`;
    throw new IrisflowError('CHECKPOINT', message);
  }
  const good = within(GOOD, checkpoint.state);
  const { skipped, rollbacks, refusedInRow, balance } = checkpoint.meta;
  const contents = histories.map((name) => {
    const [count, pictures] = [checkpoint.meta[`${name}Count`], checkpoint.blobs[name]];
    if (typeof count === 'number' && pictures !== undefined) return [name, { pictures, count }] as const;
    throw new IrisflowError('CHECKPOINT', `the checkpoint is not one of ${config.recipe}: its ${name} is missing`);
  });
  return {
    rollbacks: countOf(rollbacks),
    refusedInRow: countOf(refusedInRow),
    good: shapeDifference(fresh, good) === undefined ? good : undefined,
    balance: balanceFrom(balance),
    state,
    classifier: within(CLASSIFIER, checkpoint.state),
    histories: Object.fromEntries(contents),
    step: checkpoint.step,
    skipped: countOf(skipped),
  };
}

/** A counter in a checkpoint; 0 in checkpoints of releases without it. */
function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/**
 * The weights and statistics of the generators in a checkpoint, `NETWORK/weights/…` and `NETWORK/statistics/…`, as in
 * `Training.generatorWeights`: averaged weights where the checkpoint has them. Throws `CHECKPOINT` where it has no such networks.
 */
export function generatorWeightsIn(checkpoint: Checkpoint, generators: readonly string[]): TensorRecord {
  const weights = generatorWeightsOf(checkpoint.state, generators);
  if (Object.keys(weights).length > 0) return weights;
  throw new IrisflowError('CHECKPOINT', `the checkpoint holds no ${generators.join(' or ')}: it is of another recipe`);
}

/** The weights and statistics of the generators in a state, as {@link generatorWeightsIn}; empty where it has none. */
export function generatorWeightsOf(state: TensorRecord, generators: readonly string[]): TensorRecord {
  const found: TensorRecord = {};
  for (const name of generators) {
    const own = within(`${name}/`, state);
    const average = within('average/', own);
    const weights = Object.keys(average).length > 0 ? average : within('weights/', own);
    Object.assign(found, under(`${name}/weights/`, weights));
    Object.assign(found, under(`${name}/statistics/`, within('statistics/', own)));
  }
  return found;
}
