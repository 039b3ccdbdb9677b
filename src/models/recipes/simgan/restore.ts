/** What a training takes from a checkpoint, after checking that it fits. */
import type { TensorRecord } from '../../../engine/types.js';
import { IrisflowError } from '../../../errors.js';
import type { HistoryContents } from '../../history.js';
import { shapeDifference, under, within } from '../../tensor-record.js';
import type { Checkpoint } from '../../types.js';
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
] as const;

export interface Restored {
  readonly state: TensorRecord;
  readonly history: HistoryContents;
  readonly step: number;
  readonly skipped: number;
}

/**
 * Throws `CHECKPOINT`, in one line, where the checkpoint is of another configuration or its tensors are not those of `expected`.
 */
export function restored(checkpoint: Checkpoint, config: SimganConfig, expected: TensorRecord): Restored {
  for (const option of FIXED) {
    const saved = checkpoint.config[option];
    if (saved === config[option]) continue;
    throw new IrisflowError(
      'CHECKPOINT',
      `the checkpoint was saved with ${option} ${String(saved)}, asked for is ${String(config[option])}: use the saved value, or another run folder`,
    );
  }
  const difference = shapeDifference(expected, checkpoint.state);
  if (difference !== undefined)
    throw new IrisflowError('CHECKPOINT', `the checkpoint does not fit simgan: ${difference}`);
  const { historyCount, skipped } = checkpoint.meta;
  const { history } = checkpoint.blobs;
  if (typeof historyCount !== 'number' || typeof skipped !== 'number' || history === undefined) {
    throw new IrisflowError('CHECKPOINT', 'the checkpoint is not one of simgan: its history is missing');
  }
  return {
    state: checkpoint.state,
    history: { pictures: history, count: historyCount },
    step: checkpoint.step,
    skipped,
  };
}

/**
 * The refiner's weights and statistics in a checkpoint, as `createRefiner` takes them: the average weights where it has them, as
 * `Training.refinerWeights` gives. Throws `CHECKPOINT` where there are none.
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
