import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { selfRegularisationLoss } from '../../../src/models/losses/self-regularisation.js';
import { run, tensorOf } from '../run.js';

describe('selfRegularisationLoss', () => {
  it('is the mean absolute difference', async () => {
    const { loss } = await run(({ a, b }) => ({ loss: selfRegularisationLoss(a as tf.Tensor4D, b as tf.Tensor4D) }), {
      a: tensorOf([1, 2, 2, 1], [0, 1, -1, 0.5]),
      b: tensorOf([1, 2, 2, 1], [0, -1, -1, 0]),
    });
    expect(loss![0]).toBeCloseTo(2.5 / 4, 6);
  });

  it('depends on neither batch nor size', async () => {
    for (const shape of [
      [1, 4, 4, 3],
      [7, 4, 4, 3],
      [2, 16, 8, 1],
    ] as [number, number, number, number][]) {
      const { loss } = await run(() => ({ loss: selfRegularisationLoss(tf.fill(shape, 0.25), tf.zeros(shape)) }));
      expect(loss![0]).toBeCloseTo(0.25, 6);
    }
  });
});
