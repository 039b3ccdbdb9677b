import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/index.js';
import type { Engine, TensorRecord, TensorSpec, Tensors } from '../../../src/engine/types.js';
import { gradientPenalty } from '../../../src/models/losses/gradient-penalty.js';
import { autoencoderDiscriminator } from '../../../src/models/networks/dcgan-autoencoder.js';
import { liveDiscriminator } from '../../../src/models/networks/live.js';
import type { DiscriminatorNetwork } from '../../../src/models/networks/network.js';
import { paperDiscriminator } from '../../../src/models/networks/paper.js';
import { randomAt } from '../../../src/random.js';
import { run, tensorOf } from '../run.js';
import { reference } from '../tiny.js';

const onnx = await openEngine('onnx', { threads: 1 });
afterAll(() => onnx.dispose());

describe('gradientPenalty', () => {
  it('is the squared distance of the slope from 1, which a linear critic has everywhere', async () => {
    const slope = [3, 0, -4, 0];
    const { penalty } = await run(
      ({ x, y, share, w }) => {
        // The mean over two patches of one slope is that slope.
        const critic = (pictures: tf.Tensor4D) => {
          const logit = tf.sum(tf.mul(pictures, w!), [1, 2, 3]);
          return tf.stack([logit, logit], 1);
        };
        return { penalty: gradientPenalty(critic, x as tf.Tensor4D, y as tf.Tensor4D, share as tf.Tensor4D) };
      },
      {
        x: tensorOf([3, 2, 2, 1], Array(12).fill(0.1)),
        y: tensorOf([3, 2, 2, 1], Array(12).fill(0.7)),
        share: tensorOf([3, 1, 1, 1], [0, 0.5, 1]),
        w: tensorOf([1, 2, 2, 1], slope),
      },
    );
    expect(penalty![0]).toBeCloseTo((5 - 1) ** 2, 4);
  });

  it('looks at pictures between refined and real, each at its own share', async () => {
    const { penalty } = await run(
      ({ x, y, share }) => {
        // f(x̂) = x̂² / 2 has the slope x̂.
        const critic = (pictures: tf.Tensor4D) => tf.mul(tf.square(pictures), 0.5);
        return { penalty: gradientPenalty(critic, x as tf.Tensor4D, y as tf.Tensor4D, share as tf.Tensor4D) };
      },
      {
        x: tensorOf([2, 1, 1, 1], [2, 2]),
        y: tensorOf([2, 1, 1, 1], [6, 6]),
        share: tensorOf([2, 1, 1, 1], [0, 0.75]),
      },
    );
    expect(penalty![0]).toBeCloseTo(((2 - 1) ** 2 + (5 - 1) ** 2) / 2, 4);
  });

  it('has a finite slope where a critic sees no difference at all', async () => {
    const { slope } = await run(
      ({ w, x }) => {
        const critic = (scale: tf.Tensor) => (pictures: tf.Tensor4D) => tf.mul(pictures, scale);
        const penalty = (scale: tf.Tensor) =>
          gradientPenalty(critic(scale), x as tf.Tensor4D, x as tf.Tensor4D, x as tf.Tensor4D);
        return { slope: tf.grad(penalty)(w!) };
      },
      { x: tensorOf([1, 1, 1, 1], [0.5]), w: tensorOf([], [0]) },
    );
    expect(Number.isFinite(slope![0])).toBe(true);
  });
});

const SIDE = 32;
const BATCH = 2;
const NETWORKS: readonly [string, DiscriminatorNetwork][] = [
  ['live', liveDiscriminator({ filters: 4 })],
  ['paper', paperDiscriminator({ filters: 6 })],
  ['dcgan-autoencoder', autoencoderDiscriminator({ height: SIDE, width: SIDE, filters: 3 })],
];

/** The penalty of a network and its slope by every kernel, at given weights. */
async function penalised(engine: Engine, network: DiscriminatorNetwork, weights: TensorRecord) {
  const state = engine.createState(weights);
  const picture = { shape: [BATCH, SIDE, SIDE, 3] };
  const mask: Record<string, TensorSpec> = network.dropoutUnits
    ? { dropout: { shape: [BATCH, network.dropoutUnits] } }
    : {};
  const inputs: Record<string, TensorSpec> = { x: picture, y: picture, share: { shape: [BATCH, 1, 1, 1] }, ...mask };
  const program = await engine.compile(
    ({ x, y, share, dropout }, values) => {
      // The last bias moves no slope at all, the others theirs by kinks only.
      const names = Object.keys(values).filter((name) => name.endsWith('/kernel'));
      const penalty = (...list: tf.Tensor[]) => {
        const given: Tensors = { ...values, ...Object.fromEntries(names.map((name, i) => [name, list[i]!])) };
        const pass = { mode: 'training', ...(dropout && { dropout: dropout as tf.Tensor2D }) } as const;
        const critic = (pictures: tf.Tensor4D) => network.forward(pictures, given, pass).output;
        return gradientPenalty(critic, x as tf.Tensor4D, y as tf.Tensor4D, share as tf.Tensor4D);
      };
      const { value, grads } = tf.valueAndGrads(penalty)(names.map((name) => values[name]!));
      return { outputs: { penalty: value, ...Object.fromEntries(names.map((name, i) => [name, grads[i]!])) } };
    },
    { inputs, state },
  );
  const given = Object.entries(inputs).map(([name, { shape }]) => {
    const random = randomAt(3, name);
    const [low, high] = name === 'share' ? [0, 1] : [-1, 1];
    const size = shape.reduce((a, b) => a * b);
    const draw = () => (name === 'dropout' ? 2 * random.integer(2) : random.uniform(low, high));
    return [name, Float32Array.from({ length: size }, draw)];
  });
  const results = await program.run(Object.fromEntries(given));
  const copies = Object.fromEntries(Object.entries(results).map(([name, data]) => [name, Float32Array.from(data)]));
  await program.dispose();
  return copies;
}

describe.each(NETWORKS)('the second derivatives of the %s discriminator', (_, network) => {
  const { weights } = network.init(randomAt(1, 'weights'));

  it('agree on both engines', async () => {
    const [wanted, got] = [await penalised(reference, network, weights), await penalised(onnx, network, weights)];
    for (const [name, values] of Object.entries(wanted)) {
      const scale = values.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-4);
      for (const [i, value] of values.entries())
        expect(Math.abs(got[name]![i]! - value), name).toBeLessThan(1e-3 * scale);
    }
  });

  it.each([
    ['reference', reference],
    ['onnx', onnx],
  ] as const)('are what finite differences find on the engine %s', async (_name, engine) => {
    const slopes = await penalised(engine, network, weights);
    const kernels = Object.keys(weights).filter((name) => name.endsWith('/kernel'));
    for (const name of kernels) {
      // Along the slope itself, which says most.
      const slope = slopes[name]!;
      const length = Math.hypot(...slope);
      expect(length, name).toBeGreaterThan(0);
      const at = async (by: number) => {
        const data = weights[name]!.data.map((value, i) => value + (by * slope[i]!) / length);
        return (await penalised(engine, network, { ...weights, [name]: { shape: weights[name]!.shape, data } }))
          .penalty![0]!;
      };
      const h = 2e-3;
      const difference = ((await at(h)) - (await at(-h))) / (2 * h);
      expect(Math.abs(difference - length), `${name}: ${difference} for ${length}`).toBeLessThan(2e-3 + 0.05 * length);
    }
  });
});
