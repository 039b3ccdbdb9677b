/** Batches for a discriminator that also learns from a history: half new pictures, half pictures of earlier steps. */
import * as tf from '@tensorflow/tfjs-core';
import { need } from '../../engine/tensor-record.js';
import type { Tensors } from '../../engine/types.js';
import type { AdversarialConfig } from '../options/common.js';
import type { UpdateInputs } from './definition.js';

/** A batch that is mixed with pictures of a history. */
export interface HistoryBatch {
  /** The batch for the discriminator, `[batch, height, width, 3]`. */
  readonly shown: tf.Tensor4D;
  /** The new pictures that the batch left out, by the name of the history that takes them. */
  readonly buffers: Readonly<Record<string, tf.Tensor4D>>;
}

/** Mixes batches with pictures of a history. */
export interface HistoryBatches {
  /** How many pictures of a batch come from the history: half of them, or 0 where `historySize` is 0. */
  readonly share: number;
  /** The inputs that `mix` needs. */
  readonly inputs: UpdateInputs;
  /** Replaces the last pictures of `fresh` by pictures of the history, as far as the history has any. */
  mix(fresh: tf.Tensor4D, inputs: Tensors): HistoryBatch;
}

/** Mixes batches with the history of that name (SimGAN paper, section 2.3). */
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
      // New pictures stand in where the history has too few.
      const recalled = tf.add<tf.Tensor4D>(tf.mul(need<tf.Tensor4D>(inputs, name), had), tf.mul(spare, tf.sub(1, had)));
      return {
        shown: tf.concat<tf.Tensor4D>([tf.slice(fresh, 0, batch - share), recalled]),
        buffers: { [name]: spare },
      };
    },
  };
}
