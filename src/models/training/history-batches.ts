/** The batches of a discriminator that is shown its history: half fresh pictures, half pictures of earlier steps. */
import * as tf from '@tensorflow/tfjs-core';
import { need } from '../../engine/tensor-record.js';
import type { Tensors } from '../../engine/types.js';
import type { AdversarialConfig } from '../options/common.js';
import type { UpdateInputs } from './definition.js';

/** A batch, and the fresh pictures that it leaves out, for the history. */
export interface HistoryBatch {
  readonly shown: tf.Tensor4D;
  readonly buffers: Readonly<Record<string, tf.Tensor4D>>;
}

/** How a history takes part in batches. */
export interface HistoryBatches {
  /** Pictures of a batch that come from the history: half, or none where it keeps none. */
  readonly share: number;
  readonly inputs: UpdateInputs;
  /** The last pictures of `fresh` replaced by those of the history, as far as it has any. */
  mix(fresh: tf.Tensor4D, inputs: Tensors): HistoryBatch;
}

/** Batches with the history of that name (section 2.3 of the SimGAN paper). */
export function historyBatches(
  name: string,
  {
    batch,
    width,
    height,
    historySize,
  }: Pick<AdversarialConfig, 'batch' | 'width' | 'height'> & { historySize: number },
): HistoryBatches {
  const share = historySize === 0 ? 0 : Math.floor(batch / 2);
  if (share === 0) return { share, inputs: {}, mix: (fresh) => ({ shown: fresh, buffers: {} }) };
  const remembered = `${name}-remembered`;
  return {
    share,
    inputs: {
      [name]: { shape: [share, height, width, 3], from: { history: name } },
      [remembered]: { shape: [share, 1, 1, 1], from: { remembered: name } },
    },
    mix(fresh, inputs) {
      const spare = tf.slice(fresh, batch - share, share);
      const had = need(inputs, remembered);
      // Fresh ones where the history is still short.
      const recalled = tf.add<tf.Tensor4D>(tf.mul(need<tf.Tensor4D>(inputs, name), had), tf.mul(spare, tf.sub(1, had)));
      return {
        shown: tf.concat<tf.Tensor4D>([tf.slice(fresh, 0, batch - share), recalled]),
        buffers: { [name]: spare },
      };
    },
  };
}
