import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { accuracyOf, adversarialLoss, globalLogits } from '../../../src/models/losses/adversarial.js';
import { run, tensorOf } from '../run.js';

const softplus = (l: number) => Math.max(l, 0) + Math.log1p(Math.exp(-Math.abs(l)));

describe('adversarialLoss', () => {
  it('is the cross-entropy of each patch, on average', async () => {
    const logits = [-3, -0.5, 0, 0.25, 2, 5];
    const { refined, real } = await run(
      ({ l }) => ({ refined: adversarialLoss(l!, 'refined'), real: adversarialLoss(l!, 'real') }),
      { l: tensorOf([1, 2, 3, 1], logits) },
    );
    expect(refined![0]).toBeCloseTo(logits.reduce((sum, l) => sum + softplus(-l), 0) / 6, 5);
    expect(real![0]).toBeCloseTo(logits.reduce((sum, l) => sum + softplus(l), 0) / 6, 5);
  });

  it('neither overflows nor loses its gradient at huge logits, of either sign', async () => {
    for (const label of ['refined', 'real'] as const) {
      const sign = label === 'refined' ? -1 : 1;
      const { value, gradient } = await run(
        ({ l }) => {
          const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => adversarialLoss(x, label))(l!);
          return { value, gradient: grad };
        },
        { l: tensorOf([4], [-1e4, 1e4, -50, 50]) },
      );
      expect(value![0]).toBeCloseTo((1e4 + 50) / 4, 0);
      // Wrong logits pull with full force, right ones with none.
      const expected = [-1e4, 1e4, -50, 50].map((l) => (Math.sign(l) === sign ? sign / 4 : 0));
      for (const [i, g] of gradient!.entries()) expect(g).toBeCloseTo(expected[i]!, 6);
    }
  });

  it('is log 2 at chance and independent of batch and size', async () => {
    for (const shape of [
      [1, 1],
      [3, 5, 7, 1],
      [16, 2, 2, 1],
    ]) {
      const { loss } = await run(() => ({ loss: adversarialLoss(tf.zeros(shape), 'real') }));
      expect(loss![0]).toBeCloseTo(Math.LN2, 6);
    }
  });
});

describe('globalLogits', () => {
  it('is one mean logit a picture', async () => {
    const { mean } = await run(({ l }) => ({ mean: globalLogits(l!) }), { l: tensorOf([2, 1, 2, 1], [1, 3, -4, 0]) });
    expect(mean).toEqual([2, -2]);
  });
});

describe('accuracyOf', () => {
  it('divides by the number of logits it was given, and looks at those alone', async () => {
    const { refined, real } = await run(
      ({ l }) => ({ refined: accuracyOf(l!, 'refined'), real: accuracyOf(l!, 'real') }),
      { l: tensorOf([5, 1, 1, 1], [1, 2, 3, -1, 0]) },
    );
    expect(refined![0]).toBeCloseTo(3 / 5, 6);
    expect(real![0]).toBeCloseTo(1 / 5, 6);
  });
});
