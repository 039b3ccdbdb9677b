import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adam } from '../../../src/models/optimisers/adam.js';
import { guard } from '../../../src/models/optimisers/guard.js';
import type { Optimiser } from '../../../src/models/optimisers/optimiser.js';
import { sgd } from '../../../src/models/optimisers/sgd.js';
import { run, tensorOf } from '../run.js';

const WEIGHTS = { a: tensorOf([3], [1, -2, 0.5]), b: tensorOf([1], [3]) };
const GRADIENTS = [
  { a: [0.1, -0.2, 0], b: [5] },
  { a: [0.3, 0.2, 1e-4], b: [-1] },
  { a: [-0.1, 0, 2], b: [0] },
];

/** Weights and moments after the updates; `accepted[i]` tells whether the i-th counts. */
async function descend(optimiser: Optimiser, accepted = [1, 1, 1]): Promise<Record<string, number[]>> {
  return run(() => {
    const tensors = (record: object) =>
      Object.fromEntries(Object.entries(record).map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]));
    let weights: Record<string, tf.Tensor> = tensors(WEIGHTS);
    let moments: Record<string, tf.Tensor> = tensors(optimiser.init(WEIGHTS));
    for (const [i, g] of GRADIENTS.entries()) {
      const gradients = { a: tf.tensor(g.a), b: tf.tensor(g.b) };
      const update = optimiser.update(gradients, weights, moments, tf.scalar(accepted[i]!));
      weights = { ...weights, ...update.weights };
      moments = { ...moments, ...update.moments };
    }
    return { ...weights, ...moments };
  });
}

/** Adam as Algorithm 1 of its paper states it, in double precision. */
function plainAdam(gradients: readonly number[], weight: number, rate: number, beta1: number, beta2: number): number {
  let [w, m, v] = [weight, 0, 0];
  for (const [i, g] of gradients.entries()) {
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    w -= (rate * (m / (1 - beta1 ** (i + 1)))) / (Math.sqrt(v / (1 - beta2 ** (i + 1))) + 1e-8);
  }
  return w;
}

describe('adam', () => {
  it('does what its paper says', async () => {
    const after = await descend(adam({ learningRate: 0.01, beta1: 0.5, beta2: 0.999 }));
    for (const i of [0, 1, 2]) {
      const expected = plainAdam(
        GRADIENTS.map((g) => g.a[i]!),
        WEIGHTS.a.data[i]!,
        0.01,
        0.5,
        0.999,
      );
      expect(after.a![i]).toBeCloseTo(expected, 5);
    }
    expect(after.b![0]).toBeCloseTo(
      plainAdam(
        GRADIENTS.map((g) => g.b[0]!),
        3,
        0.01,
        0.5,
        0.999,
      ),
      5,
    );
    expect(after.updates).toEqual([3]);
  });

  it('changes nothing, to the last bit, in an update that is not accepted, nor counts it', async () => {
    const optimiser = adam({ learningRate: 0.01 });
    const none = await descend(optimiser, [0, 0, 0]);
    expect(none).toEqual({
      a: [1, -2, 0.5],
      b: [3],
      'm/a': [0, 0, 0],
      'v/a': [0, 0, 0],
      'm/b': [0],
      'v/b': [0],
      updates: [0],
    });
    const first = await descend(optimiser, [1, 0, 0]);
    expect(first.updates).toEqual([1]);
    expect(first.b![0]).toBeCloseTo(3 - 0.01, 5);
    expect(first['m/b']).toEqual([2.5]);
  });
});

describe('sgd', () => {
  it('subtracts learning rate times gradient', async () => {
    const after = await descend(sgd({ learningRate: 0.1 }));
    expect(after.b![0]).toBeCloseTo(3 - 0.1 * 4, 5);
    expect(after.a![2]).toBeCloseTo(0.5 - 0.1 * 2.0001, 5);
    expect(Object.keys(after)).toEqual(['a', 'b']);
  });

  it('changes nothing in an update that is not accepted', async () => {
    expect(await descend(sgd({ learningRate: 0.1 }), [0, 0, 0])).toEqual({ a: [1, -2, 0.5], b: [3] });
  });
});

describe('guard', () => {
  async function guarded(loss: number, gradients: Record<string, number[]>, clipNorm = 0, refuse = true) {
    return run(() => {
      const tensors = Object.fromEntries(Object.entries(gradients).map(([name, values]) => [name, tf.tensor(values)]));
      const { gradients: safe, accepted } = guard(tf.scalar(loss), tensors, { clipNorm, refuse });
      return { ...safe, accepted };
    });
  }

  it('lets finite gradients through', async () => {
    expect(await guarded(1, { a: [3, 0], b: [-4] })).toEqual({ a: [3, 0], b: [-4], accepted: [1] });
  });

  it('scales all gradients down together to the norm, never up', async () => {
    const { a, b } = await guarded(1, { a: [3, 0], b: [-4] }, 0.5);
    expect(a![0]).toBeCloseTo(0.3, 6);
    expect(b![0]).toBeCloseTo(-0.4, 6);
    expect((await guarded(1, { a: [0.3] }, 0.5)).a![0]).toBeCloseTo(0.3, 6);
    expect((await guarded(1, { a: [0, 0] }, 0.5)).a).toEqual([0, 0]);
  });

  it('tells the norm before clipping', async () => {
    for (const clipNorm of [0, 1]) {
      const { norm } = await run(() => {
        const { norm } = guard(tf.scalar(1), { a: tf.tensor([3, 0]), b: tf.tensor([-4]) }, { clipNorm });
        return { norm };
      });
      expect(norm![0]).toBeCloseTo(5, 6);
    }
  });

  it('lets everything through where refusing is off', async () => {
    const { a, accepted } = await guarded(Number.NaN, { a: [Number.NaN, 1] }, 0, false);
    expect(a).toEqual([Number.NaN, 1]);
    expect(accepted).toEqual([1]);
  });

  it.each([
    ['a NaN gradient', 1, [Number.NaN, 1]],
    ['an infinite gradient', 1, [Number.POSITIVE_INFINITY, 1]],
    ['gradients whose norm overflows', 1, [1e30, 1]],
    ['a NaN loss', Number.NaN, [1, 1]],
    ['an infinite loss', Number.NEGATIVE_INFINITY, [1, 1]],
  ])('refuses %s: no gradient gets through', async (_what, loss, a) => {
    for (const clipNorm of [0, 1]) {
      expect(await guarded(loss, { a, b: [7] }, clipNorm)).toEqual({ a: [0, 0], b: [0], accepted: [0] });
    }
  });
});
