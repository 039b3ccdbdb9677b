/** The interface of optimisers: initial moments, and a pure function from gradients to new weights and moments. */
import type { Scalar } from '@tensorflow/tfjs-core';
import type { TensorRecord, Tensors } from '../../engine/types.js';

/** The weights and moments after an update. */
export interface Update {
  readonly weights: Tensors;
  readonly moments: Tensors;
}

/** An optimiser as pure functions. Moments are named after their weights (`m/NAME`); counters have names of their own. */
export interface Optimiser {
  /** The moments for these weights before the first update. */
  init(weights: TensorRecord): TensorRecord;
  /** Makes one update. `gradients` has an entry for every weight. */
  update(gradients: Tensors, weights: Tensors, moments: Tensors, accepted: Acceptance): Update;
}

/** Whether an update is applied: the scalar 1, or the scalar 0, which changes neither weights nor moments. */
export type Acceptance = Scalar;
