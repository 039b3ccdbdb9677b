import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { crossEntropyOf, OBJECTIVES, type ObjectiveName } from '../../../src/models/losses/objectives.js';
import { run, tensorOf } from '../run.js';

const REFINED = [-3, -0.5, 0.25, 1.5];
const REAL = [-2, -0.75, 0.4, 4];
const INPUTS = { refined: tensorOf([1, 2, 2, 1], REFINED), real: tensorOf([1, 2, 2, 1], REAL) };

const mean = (logits: readonly number[], f: (l: number) => number) =>
  logits.reduce((sum, l) => sum + f(l), 0) / logits.length;
const logD = (l: number) => -Math.log1p(Math.exp(-l));
const logNotD = (l: number) => -Math.log1p(Math.exp(l));
const relu = (x: number) => Math.max(0, x);

interface Formulas {
  discriminator(refined: readonly number[], real: readonly number[], smoothing: number): number;
  refiner(refined: readonly number[]): number;
}

const crossEntropy: Formulas['discriminator'] = (refined, real, s) =>
  -mean(refined, logD) - mean(real, (l) => (1 - s) * logNotD(l) + s * logD(l));

/** Once more from the papers, in plain numbers. D is the probability of refined, a critic is the negative logit. */
const FORMULAS: Readonly<Record<ObjectiveName, Formulas>> = {
  minimax: { discriminator: crossEntropy, refiner: (refined) => mean(refined, logD) },
  'non-saturating': { discriminator: crossEntropy, refiner: (refined) => -mean(refined, logNotD) },
  'least-squares': {
    discriminator: (refined, real, s) =>
      mean(refined, (l) => (l - 1) ** 2 / 2) + mean(real, (l) => (l + 1 - 2 * s) ** 2 / 2),
    refiner: (refined) => mean(refined, (l) => (l + 1) ** 2 / 2),
  },
  hinge: {
    discriminator: (refined, real) => mean(refined, (l) => relu(1 - l)) + mean(real, (l) => relu(1 + l)),
    refiner: (refined) => mean(refined, (l) => l),
  },
  'wasserstein-gp': {
    discriminator: (refined, real) => {
      const [a, b] = [mean(refined, (l) => l), mean(real, (l) => l)];
      return b - a + 0.1 * ((a + b) / 2) ** 2;
    },
    refiner: (refined) => mean(refined, (l) => l),
  },
};

const NAMES = Object.keys(OBJECTIVES) as ObjectiveName[];

/** What changes a function of a list most, value by value: central differences. */
function slopes(f: (list: readonly number[]) => number, at: readonly number[]): number[] {
  const h = 1e-5;
  const moved = (i: number, by: number) => f(at.map((value, k) => (k === i ? value + by : value)));
  return at.map((_, i) => (moved(i, h) - moved(i, -h)) / (2 * h));
}

describe.each(NAMES)('%s', (name) => {
  const objective = OBJECTIVES[name];
  const expected = FORMULAS[name];

  it.each([0, 0.1])('has the losses of its paper, and their slopes, at smoothing %d', async (asked) => {
    const smoothing = objective.labels ? asked : 0;
    const result = await run(({ refined, real }) => {
      const byBoth = tf.valueAndGrads((a: tf.Tensor, b: tf.Tensor) => objective.discriminator(a, b, smoothing));
      const { value, grads } = byBoth([refined!, real!]);
      const own = tf.valueAndGrad((a: tf.Tensor) => objective.refiner(a))(refined!);
      return { discriminator: value, byRefined: grads[0]!, byReal: grads[1]!, refiner: own.value, ofRefiner: own.grad };
    }, INPUTS);
    const close = (got: number[] | undefined, wanted: readonly number[]) => {
      expect(got).toHaveLength(wanted.length);
      for (const [i, value] of wanted.entries()) expect(got![i]).toBeCloseTo(value, 4);
    };
    close(result.discriminator, [expected.discriminator(REFINED, REAL, smoothing)]);
    close(
      result.byRefined,
      slopes((list) => expected.discriminator(list, REAL, smoothing), REFINED),
    );
    close(
      result.byReal,
      slopes((list) => expected.discriminator(REFINED, list, smoothing), REAL),
    );
    close(result.refiner, [expected.refiner(REFINED)]);
    close(result.ofRefiner, slopes(expected.refiner, REFINED));
  });

  it('sets the networks against each other: one raises the logits of refined pictures, the other lowers them', async () => {
    const { own, others } = await run(
      ({ refined, real }) => ({
        own: tf.grad((a: tf.Tensor) => objective.discriminator(a, real!, 0))(refined!),
        others: tf.grad((a: tf.Tensor) => objective.refiner(a))(refined!),
      }),
      // All of them undecided, as at the start.
      { ...INPUTS, refined: tensorOf([1, 2, 2, 1], [-0.2, -0.1, 0.1, 0.2]) },
    );
    for (const slope of own!) expect(slope).toBeLessThan(0);
    for (const slope of others!) expect(slope).toBeGreaterThan(0);
  });

  it('stays finite at huge logits', async () => {
    const { d, r, entropy } = await run(
      ({ refined, real }) => ({
        d: objective.discriminator(refined!, real!, 0),
        r: objective.refiner(refined!),
        entropy: crossEntropyOf(objective, refined!, real!),
      }),
      { refined: tensorOf([2, 1], [-1e4, 1e4]), real: tensorOf([2, 1], [-1e4, 1e4]) },
    );
    for (const value of [d, r, entropy]) expect(Number.isFinite(value![0])).toBe(true);
  });

  it('reports a cross-entropy in one unit: 2 log 2 at chance, less where right, more where wrong', async () => {
    const at = async (refined: number, real: number) => {
      const { entropy } = await run(({ a, b }) => ({ entropy: crossEntropyOf(objective, a!, b!) }), {
        a: tensorOf([2, 1], [refined, refined]),
        b: tensorOf([2, 1], [real, real]),
      });
      return entropy![0]!;
    };
    expect(await at(0, 0)).toBeCloseTo(2 * Math.LN2, 5);
    expect(await at(0.8, -0.8)).toBeLessThan(Math.LN2 * 1.5);
    expect(await at(-0.8, 0.8)).toBeGreaterThan(2 * Math.LN2 * 1.25);
  });
});

describe('crossEntropyOf', () => {
  it('does not see the scale of a critic, whose logits have no unit', async () => {
    const objective = OBJECTIVES['wasserstein-gp'];
    const { small, large } = await run(
      ({ refined, real }) => ({
        small: crossEntropyOf(objective, tf.mul(refined!, 0.01), tf.mul(real!, 0.01)),
        large: crossEntropyOf(objective, tf.mul(refined!, 100), tf.mul(real!, 100)),
      }),
      INPUTS,
    );
    expect(small![0]).toBeCloseTo(large![0]!, 4);
  });

  it('is near chance for a critic that is at chance, though its logits spread', async () => {
    const spread = tensorOf([8, 1], [-90, -50, -20, -5, 5, 20, 50, 90]);
    const { entropy } = await run(({ a, b }) => ({ entropy: crossEntropyOf(OBJECTIVES['wasserstein-gp'], a!, b!) }), {
      a: spread,
      b: spread,
    });
    expect(Math.abs(entropy![0]! - 2 * Math.LN2)).toBeLessThan(0.1);
  });

  it('is the loss itself where that is a cross-entropy, and does not see label smoothing', async () => {
    const objective = OBJECTIVES['non-saturating'];
    const { loss, entropy } = await run(
      ({ refined, real }) => ({
        loss: objective.discriminator(refined!, real!, 0),
        entropy: crossEntropyOf(objective, refined!, real!),
      }),
      INPUTS,
    );
    expect(entropy).toEqual(loss);
  });
});
