/** What a training takes from a checkpoint, after checking that it fits. */

import { allFinite, shapeDifference, under, within } from '../../engine/tensor-record.js';
import type { TensorRecord } from '../../engine/types.js';
import { IrisflowError } from '../../errors.js';
import { type BalanceState, balanceFrom } from '../safeguards/balance.js';
import type { Checkpoint, RecipeConfig } from '../types.js';
import type { HistoryContents } from './history.js';

/** What a training begins with. */
export interface Restored {
  readonly state: TensorRecord;
  /** The state of the two-sample classifier; empty where the checkpoint has none. */
  readonly classifier: TensorRecord;
  /** By name; empty ones where the checkpoint is none. */
  readonly histories: Readonly<Record<string, HistoryContents>>;
  readonly step: number;
  readonly skipped: number;
  readonly rollbacks: number;
  readonly refusedInRow: number;
  /** The last good state; `undefined` where it is `state` itself. */
  readonly good: TensorRecord | undefined;
  readonly balance: BalanceState | undefined;
}

/** Parts of a checkpoint's state besides the networks: of the two-sample classifier, by its former name, and of the last good state. */
export const CLASSIFIER = 'examiner/';
export const GOOD = 'good/';

/** What decides whether a checkpoint fits. */
export interface Fitting {
  readonly config: RecipeConfig;
  /** The options that decide what a checkpoint holds. */
  readonly fixed: readonly string[];
  /** The state before the first step. */
  readonly fresh: TensorRecord;
  /** Names of the histories. */
  readonly histories: readonly string[];
}

/**
 * Without a checkpoint: `fresh`, at step 0. Throws `CHECKPOINT`, in one line, where the checkpoint is of another configuration, its
 * tensors are not those of `fresh`, or one of them is not finite.
 */
export function restored(checkpoint: Checkpoint | undefined, { config, fixed, fresh, histories }: Fitting): Restored {
  const begun = { skipped: 0, rollbacks: 0, refusedInRow: 0, good: undefined, balance: undefined };
  if (checkpoint === undefined) return { ...begun, state: fresh, classifier: {}, histories: {}, step: 0 };
  // Checkpoints from before there was spectral normalisation had none.
  const savedConfig: RecipeConfig = { spectralNorm: false, ...checkpoint.config };
  for (const option of fixed) {
    const [saved, wanted] = [savedConfig[option], config[option]];
    if (JSON.stringify(saved) === JSON.stringify(wanted)) continue;
    throw new IrisflowError(
      'CHECKPOINT',
      `the checkpoint was saved with ${option} ${String(saved)}, asked for is ${String(wanted)}: use the saved value, or another run folder`,
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
    const message = `${spoilt[0]} in the checkpoint is not finite: training cannot go on from it, go back to an earlier one`;
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

/** Checkpoints from before there were such counts have none. */
function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/**
 * Weights and statistics of the generators in a checkpoint, `NETWORK/weights/…` and `NETWORK/statistics/…`: the running averages of the
 * weights where they were kept, as in `Training.generatorWeights`. Throws `CHECKPOINT` where there are none.
 */
export function generatorWeightsIn(checkpoint: Checkpoint, generators: readonly string[]): TensorRecord {
  const weights = generatorWeightsOf(checkpoint.state, generators);
  if (Object.keys(weights).length > 0) return weights;
  throw new IrisflowError('CHECKPOINT', `the checkpoint holds no ${generators.join(' or ')}: it is of another recipe`);
}

/** The same in a state; empty where there are none. */
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
