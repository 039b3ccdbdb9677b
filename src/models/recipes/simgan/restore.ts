/** What a training takes from a checkpoint, after checking that it fits. */
import type { TensorRecord } from '../../../engine/types.js';
import { IrisflowError } from '../../../errors.js';
import { type BalanceState, balanceFrom } from '../../brakes/balance.js';
import type { HistoryContents } from '../../history.js';
import { shapeDifference, under, within } from '../../tensor-record.js';
import type { Checkpoint, RecipeConfig } from '../../types.js';
import type { SimganConfig } from './config.js';

/** Options that decide what a checkpoint holds. Others, such as λ or the learning rate, may change between two runs. */
const FIXED = [
  'recipe',
  'preset',
  'width',
  'height',
  'optimiser',
  'historySize',
  'refinerMaps',
  'refinerBlocks',
  'discriminatorMaps',
  'spectralNorm',
] as const;

/** What a training begins with. */
export interface Restored {
  readonly state: TensorRecord;
  /** The examiner's state; empty where the checkpoint has none. */
  readonly examiner: TensorRecord;
  readonly history: HistoryContents;
  readonly step: number;
  readonly skipped: number;
  readonly rollbacks: number;
  readonly refusedInRow: number;
  /** The last good state; `undefined` where it is `state` itself. */
  readonly good: TensorRecord | undefined;
  readonly balance: BalanceState | undefined;
}

const EXAMINER = 'examiner/';
const GOOD = 'good/';

/**
 * Without a checkpoint: `fresh`, at step 0. Throws `CHECKPOINT`, in one line, where the checkpoint is of another configuration, its
 * tensors are not those of `fresh`, or one of them is not finite.
 */
export function restored(checkpoint: Checkpoint | undefined, config: SimganConfig, fresh: TensorRecord): Restored {
  const begun = { skipped: 0, rollbacks: 0, refusedInRow: 0, good: undefined, balance: undefined };
  if (checkpoint === undefined) {
    return { ...begun, state: fresh, examiner: {}, history: { pictures: new Uint8Array(), count: 0 }, step: 0 };
  }
  // Checkpoints from before there was spectral normalisation had none.
  const savedConfig: RecipeConfig = { spectralNorm: false, ...checkpoint.config };
  for (const option of FIXED) {
    const saved = savedConfig[option];
    if (saved === config[option]) continue;
    throw new IrisflowError(
      'CHECKPOINT',
      `the checkpoint was saved with ${option} ${String(saved)}, asked for is ${String(config[option])}: use the saved value, or another run folder`,
    );
  }
  const own = Object.entries(checkpoint.state).filter(([name]) => !name.startsWith(EXAMINER) && !name.startsWith(GOOD));
  const state: TensorRecord = Object.fromEntries(own);
  const difference = shapeDifference(fresh, state);
  if (difference !== undefined)
    throw new IrisflowError('CHECKPOINT', `the checkpoint does not fit simgan: ${difference}`);
  const spoilt = own.find(([, { data }]) => !data.every(Number.isFinite));
  if (spoilt !== undefined) {
    const message = `${spoilt[0]} in the checkpoint is not finite: training cannot go on from it, go back to an earlier one`;
    throw new IrisflowError('CHECKPOINT', message);
  }
  const good = within(GOOD, checkpoint.state);
  const { historyCount, skipped, rollbacks, refusedInRow, balance } = checkpoint.meta;
  const { history } = checkpoint.blobs;
  if (typeof historyCount !== 'number' || typeof skipped !== 'number' || history === undefined) {
    throw new IrisflowError('CHECKPOINT', 'the checkpoint is not one of simgan: its history is missing');
  }
  return {
    rollbacks: countOf(rollbacks),
    refusedInRow: countOf(refusedInRow),
    good: shapeDifference(fresh, good) === undefined ? good : undefined,
    balance: balanceFrom(balance),
    state,
    examiner: within(EXAMINER, checkpoint.state),
    history: { pictures: history, count: historyCount },
    step: checkpoint.step,
    skipped,
  };
}

/** Checkpoints from before there were such counts have none. */
function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/**
 * The refiner's weights and statistics in a checkpoint, as `createRefiner` takes them: the running average of the weights where it was
 * kept, as in `Training.refinerWeights`. Throws `CHECKPOINT` where there are none.
 */
export function refinerWeightsOf(checkpoint: Checkpoint): TensorRecord {
  const refiner = within('refiner/', checkpoint.state);
  const average = within('average/', refiner);
  const weights = Object.keys(average).length > 0 ? average : within('weights/', refiner);
  if (Object.keys(weights).length === 0) {
    throw new IrisflowError('CHECKPOINT', 'the checkpoint holds no refiner of simgan');
  }
  return { ...under('weights/', weights), ...under('statistics/', within('statistics/', refiner)) };
}
