/** What an optimiser is: initial moments, and a pure function from gradients to new weights and moments. */
import type { Scalar } from '@tensorflow/tfjs-core';
import type { TensorRecord, Tensors } from '../../engine/types.js';

/** Both records that an update replaces. */
export interface Update {
  readonly weights: Tensors;
  readonly moments: Tensors;
}

/** An optimiser as pure functions. The moments' names derive from the weights' (`m/NAME`), those of counters do not. */
export interface Optimiser {
  /** Moments for these weights, before the first update. */
  init(weights: TensorRecord): TensorRecord;
  /** One update. `gradients` has an entry for every weight; `accepted` as in {@link Acceptance}. */
  update(gradients: Tensors, weights: Tensors, moments: Tensors, accepted: Acceptance): Update;
}

/** Whether an update counts: a scalar 1 (apply it) or 0 (change nothing, not even moments, to the last bit). */
export type Acceptance = Scalar;
