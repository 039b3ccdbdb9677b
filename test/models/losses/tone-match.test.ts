import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { toneMatchLoss } from '../../../src/models/losses/tone-match.js';
import { randomAt } from '../../../src/random.js';
import { run, tensorOf } from '../run.js';

describe('toneMatchLoss', () => {
  /** Of two pictures of 4×2. */
  const picturesOf = (values: number[]) => tensorOf([2, 4, 2, 3], values);
  const loss = async (refined: number[], real: number[]) => {
    const inputs = { a: picturesOf(refined), b: picturesOf(real) };
    const { found } = await run(({ a, b }) => ({ found: toneMatchLoss(a as tf.Tensor4D, b as tf.Tensor4D) }), inputs);
    return found![0]!;
  };
  const random = randomAt(1, 'tones');
  const one = Array.from({ length: 48 }, () => random.uniform(-0.5, 0.5));

  it('is half the sum of squared offsets where only the means of channels differ', async () => {
    const offsets = [0.2, -0.1, 0.3];
    const lighter = one.map((value, i) => value + offsets[i % 3]!);
    expect(await loss(lighter, one)).toBeCloseTo((0.04 + 0.01 + 0.09) / 2, 5);
  });

  it('grows with contrast that is missing', async () => {
    const duller = (by: number) => one.map((value) => by * value);
    expect(await loss(one, one)).toBeCloseTo(0, 7);
    expect(await loss(duller(0.4), one)).toBeGreaterThan(2 * (await loss(duller(0.7), one)));
    expect(await loss(duller(1.5), one)).toBeGreaterThan(0.01);
  });

  it('does not ask pictures to be alike, nor for a place', async () => {
    // The first picture as much darker as the second is lighter; and the pixels of both in another order.
    const apart = one.map((value, i) => value + (i < 24 ? -0.3 : 0.3));
    expect(await loss(apart, one)).toBeCloseTo(0, 6);
    const turned = [one.slice(0, 24), one.slice(24)].flatMap((picture) =>
      Array.from({ length: 8 }, (_, i) => picture.slice(3 * (7 - i), 3 * (8 - i))).flat(),
    );
    expect(await loss(turned, one)).toBeCloseTo(0, 6);
  });

  it('is finite for even pictures, and so is its gradient', async () => {
    const even = one.map(() => 0.5);
    expect(await loss(even, even)).toBe(0);
    const { slope } = await run(
      ({ a, b }) => ({ slope: tf.grad((x) => toneMatchLoss(x as tf.Tensor4D, b as tf.Tensor4D))(a as tf.Tensor) }),
      { a: picturesOf(even), b: picturesOf(one) },
    );
    expect([...slope!].every(Number.isFinite)).toBe(true);
    expect([...slope!].some((value) => value !== 0)).toBe(true);
  });
});
