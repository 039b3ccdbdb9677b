import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { meanDistance, sharpness } from '../../../src/models/losses/likeness.js';
import { randomAt } from '../../../src/random.js';
import { run, tensorOf } from '../run.js';

const shape = [2, 8, 8, 3];
const random = randomAt(1, 'likeness');
const noise = tensorOf(
  shape,
  Array.from({ length: 2 * 8 * 8 * 3 }, () => random.uniform(-1, 1)),
);

async function measured(
  measure: (a: tf.Tensor4D, b: tf.Tensor4D) => tf.Scalar,
  change: (b: tf.Tensor4D) => tf.Tensor4D,
): Promise<number> {
  const { value } = await run(({ b }) => ({ value: measure(change(b as tf.Tensor4D), b as tf.Tensor4D) }), {
    b: noise,
  });
  return value![0] as number;
}

describe('meanDistance', () => {
  it('is the mean absolute difference', async () => {
    expect(await measured(meanDistance, (b) => b)).toBe(0);
    expect(await measured(meanDistance, (b) => tf.add(b, -0.25))).toBeCloseTo(0.25, 6);
  });
});

describe('sharpness', () => {
  it('is 1 for a copy, whatever its tone, and in proportion to contrast', async () => {
    expect(await measured(sharpness, (b) => b)).toBeCloseTo(1, 6);
    expect(await measured(sharpness, (b) => tf.add(b, 0.3))).toBeCloseTo(1, 5);
    expect(await measured(sharpness, (b) => tf.mul(b, 0.4))).toBeCloseTo(0.4, 5);
    expect(await measured(sharpness, (b) => tf.zerosLike(b))).toBe(0);
  });

  it('falls with blur, and stays finite on an even target', async () => {
    expect(await measured(sharpness, (b) => tf.avgPool(b, 3, 1, 'same'))).toBeLessThan(0.6);
    const { value } = await run(() => ({ value: sharpness(tf.zeros([1, 4, 4, 3]), tf.ones([1, 4, 4, 3])) }));
    expect(value![0]).toBe(0);
  });
});
