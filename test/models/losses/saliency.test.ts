import type * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { binaryCrossEntropy, correlation, divergence } from '../../../src/models/losses/saliency.js';
import { run, tensorOf } from '../run.js';

const MADE = [
  [0.1, 0.7, 0.4, 0.2],
  [0.9, 0.3, 0.05, 0.5],
];
const TARGET = [
  [0, 1, 0.25, 0.25],
  [0.2, 0.4, 0.6, 0.8],
];

async function measured(made: number[][], target: number[][]) {
  const maps = (values: number[][]) => tensorOf([values.length, 2, 2, 1], values.flat());
  const found = await run(
    (given) => {
      const [a, b] = [given.made as tf.Tensor4D, given.target as tf.Tensor4D];
      return { bce: binaryCrossEntropy(a, b), cc: correlation(a, b), kl: divergence(a, b) };
    },
    { made: maps(made), target: maps(target) },
  );
  return Object.fromEntries(Object.entries(found).map(([name, [value]]) => [name, value as number]));
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

describe('losses of attention maps', () => {
  it('are what their formulas say', async () => {
    const { bce, cc, kl } = await measured(MADE, TARGET);
    const over = (f: (made: number[], target: number[]) => number) => mean(MADE.map((made, i) => f(made, TARGET[i]!)));
    const entropy = over((p, t) => -mean(p.map((v, i) => t[i]! * Math.log(v) + (1 - t[i]!) * Math.log(1 - v))));
    const pearson = over((p, t) => {
      const [a, b] = [p.map((v) => v - mean(p)), t.map((v) => v - mean(t))];
      return sum(a.map((v, i) => v * b[i]!)) / Math.sqrt(sum(a.map((v) => v * v)) * sum(b.map((v) => v * v)));
    });
    const kullback = over((p, t) =>
      sum(p.map((v, i) => (t[i] ? (t[i]! / sum(t)) * Math.log(t[i]! / sum(t) / (v / sum(p))) : 0))),
    );
    expect(bce).toBeCloseTo(entropy, 4);
    expect(cc).toBeCloseTo(pearson, 4);
    expect(kl).toBeCloseTo(kullback, 3);
  });

  it('are best for the target itself', async () => {
    const { bce, cc, kl } = await measured(TARGET, TARGET);
    expect(cc).toBeCloseTo(1, 4);
    expect(kl).toBeCloseTo(0, 5);
    for (const nudge of [-0.05, 0.05]) {
      const near = TARGET.map((map) => map.map((v) => Math.min(1, Math.max(0, v + nudge))));
      expect((await measured(near, TARGET)).bce).toBeGreaterThan(bce as number);
    }
  });

  it('stay finite for maps of nothing, of everything, and for the very opposite', async () => {
    const [none, all] = [[[0, 0, 0, 0]], [[1, 1, 1, 1]]];
    for (const [made, target] of [
      [none, none],
      [all, none],
      [none, all],
      [all, all],
    ]) {
      for (const [name, value] of Object.entries(await measured(made!, target!)))
        expect(value, name).toSatisfy(Number.isFinite);
    }
    expect((await measured(all, none)).bce).toBeGreaterThan(10);
  });
});
