import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { varietyKept } from '../../../src/models/losses/variety.js';
import { run, tensorOf } from '../run.js';

it('is the share of the differences between pictures that is left', async () => {
  const x = tensorOf([2, 1, 2, 1], [0.5, -0.5, -0.5, 0.5]);
  const kept = async (by: number, plus: number) => {
    const { share } = await run(
      ({ x: input }) => ({ share: varietyKept(tf.add(tf.mul(input!, by), plus), input as tf.Tensor4D) }),
      { x },
    );
    return share![0];
  };
  expect(await kept(1, 0.3)).toBeCloseTo(1, 5);
  expect(await kept(0.25, 0)).toBeCloseTo(0.25, 4);
  expect(await kept(0, 0.5)).toBeLessThan(1e-4);
});
