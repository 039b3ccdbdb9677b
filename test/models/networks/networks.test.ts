import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { TensorRecord } from '../../../src/engine/types.js';
import { batchNorm } from '../../../src/models/networks/batch-norm.js';
import { autoencoderDiscriminator, autoencoderRefiner } from '../../../src/models/networks/dcgan-autoencoder.js';
import { liveDiscriminator, liveRefiner } from '../../../src/models/networks/live.js';
import type { DiscriminatorNetwork, Network, Pass } from '../../../src/models/networks/network.js';
import { paperDiscriminator, paperHandsDiscriminator, paperRefiner } from '../../../src/models/networks/paper.js';
import { translator } from '../../../src/models/networks/translator.js';
import { randomAt } from '../../../src/random.js';
import { run, tensorOf } from '../run.js';

const INFERENCE: Pass = { mode: 'inference' };
const TRAINING: Pass = { mode: 'training' };

function valuesOf(network: Network): TensorRecord {
  const { weights, statistics } = network.init(randomAt(3));
  return { ...weights, ...statistics };
}

function weightsOf(network: Network): number {
  return Object.values(network.init(randomAt(1)).weights).reduce((sum, { data }) => sum + data.length, 0);
}

function noise(shape: readonly number[], seed = 1): TensorRecord[string] {
  const random = randomAt(seed, 'noise');
  return tensorOf(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.uniform(-1, 1)),
  );
}

async function forward(network: Network, x: TensorRecord[string], pass = INFERENCE, values = valuesOf(network)) {
  let shape: number[] = [];
  const { y } = await run(
    ({ input, ...rest }) => {
      const { output } = network.forward(input as tf.Tensor4D, rest, pass);
      shape = output.shape;
      return { y: output };
    },
    { input: x, ...values },
  );
  return { shape, data: y! };
}

describe('the networks of the paper', () => {
  it('have its numbers of weights', () => {
    expect(weightsOf(paperRefiner({ channels: 1 }))).toBe(296_129);
    expect(weightsOf(paperDiscriminator({ channels: 1 }))).toBe(75_906);
    // For hands: 7·7·64 + 64, ten blocks of 2 · (3·3·64·64 + 64), 64 + 1.
    expect(weightsOf(paperRefiner({ channels: 1, first: 7, blocks: 10 }))).toBe(3_200 + 738_560 + 65);
    expect(weightsOf(paperHandsDiscriminator({ channels: 1 }))).toBe(4_800 + 153_664 + 36_928 + 18_464 + 1_056 + 66);
  });

  it('give pictures and patches of its sizes, on any size', async () => {
    const small = { filters: 3, channels: 1 };
    expect((await forward(paperDiscriminator(small), noise([2, 35, 55, 1]))).shape).toEqual([2, 9, 14, 1]);
    expect((await forward(paperDiscriminator({ filters: 3 }), noise([1, 64, 64, 3]))).shape).toEqual([1, 16, 16, 1]);
    expect((await forward(paperHandsDiscriminator(small), noise([1, 224, 224, 1]))).shape).toEqual([1, 4, 4, 1]);
    expect((await forward(paperHandsDiscriminator(small), noise([1, 32, 45, 1]))).shape).toEqual([1, 1, 1, 1]);
    expect((await forward(paperRefiner({ ...small, first: 7, blocks: 1 }), noise([2, 7, 11, 1]))).shape).toEqual([
      2, 7, 11, 1,
    ]);
    expect((await forward(paperRefiner({ ...small, blocks: 1 }), noise([2, 7, 11, 1]))).shape).toEqual([2, 7, 11, 1]);
  });

  it('stay in the range of tanh', async () => {
    const { data } = await forward(paperRefiner({ filters: 4, blocks: 1 }), noise([1, 8, 8, 3]));
    expect(data.every((value) => Math.abs(value) < 1)).toBe(true);
    expect(Math.max(...data) - Math.min(...data)).toBeGreaterThan(0.01);
  });
});

describe('the translator', () => {
  it('gives pictures of the size that it was given, in the range of tanh, each of its own picture', async () => {
    const network = translator({ filters: 6, blocks: 1 });
    const two = noise([2, 12, 20, 3]);
    const { shape, data } = await forward(network, two);
    expect(shape).toEqual([2, 12, 20, 3]);
    expect(data.every((value) => Math.abs(value) < 1)).toBe(true);
    const half = data.length / 2;
    const first = await forward(network, { shape: [1, 12, 20, 3], data: two.data.slice(0, half) });
    expect(Math.max(...first.data.map((value, i) => Math.abs(value - data[i]!)))).toBeLessThan(1e-5);
  });

  it('has few weights', () => {
    expect(weightsOf(translator())).toBe(784 + 8_224 + 1_056 + 36_992 + 528 + 1_160 + 800 + 219);
  });
});

describe('discriminators', () => {
  const networks: [string, DiscriminatorNetwork][] = [
    ['live', liveDiscriminator({ filters: 3 })],
    ['paper', paperDiscriminator({ filters: 12 })],
    ['dcgan-autoencoder', autoencoderDiscriminator({ filters: 3, width: 32, height: 32 })],
  ];

  it.each(networks)('%s: logits are free to have both signs, and pass their gradient on at both', async (_name, D) => {
    const values = valuesOf(D);
    const bias = Object.keys(values).findLast((name) => name.endsWith('bias'))!;
    for (const shift of [-5, 5]) {
      const shifted = {
        ...values,
        [bias]: tensorOf(values[bias]!.shape, [shift, -shift].slice(0, values[bias]!.data.length)),
      };
      const { logits, gradient } = await run(
        ({ input, ...rest }) => {
          const logitsOf = (x: tf.Tensor) => D.forward(x as tf.Tensor4D, rest, INFERENCE).output;
          return { logits: logitsOf(input!), gradient: tf.grad((x: tf.Tensor) => tf.sum(logitsOf(x)))(input!) };
        },
        { input: noise([1, 32, 32, 3]), ...shifted },
      );
      expect(logits!.every((l) => Math.sign(l) === Math.sign(shift))).toBe(true);
      expect(gradient!.some((g) => Math.abs(g) > 1e-6)).toBe(true);
    }
  });

  it('drops exactly the units that the mask names', async () => {
    const D = autoencoderDiscriminator({ filters: 2, width: 32, height: 32 });
    expect([D.dropoutUnits, D.dropoutRate]).toEqual([64, 0.5]);
    const x = noise([2, 32, 32, 3]);
    const plain = await forward(D, x);
    const masked = async (mask: number) => {
      const values = { input: x, mask: tensorOf([2, 64], new Array(128).fill(mask)), ...valuesOf(D) };
      const { y } = await run(
        ({ input, mask: dropout, ...rest }) => ({
          y: D.forward(input as tf.Tensor4D, rest, { ...TRAINING, dropout: dropout as tf.Tensor2D }).output,
        }),
        values,
      );
      return y!;
    };
    expect(await masked(1)).toEqual(plain.data);
    // All dropped: only the last bias is left, which starts at 0.
    expect(await masked(0)).toEqual([0, 0]);
  });
});

describe('liveRefiner', () => {
  const R = liveRefiner({ filters: 4, blocks: 1 });
  const x = noise([2, 24, 28, 3]);

  /** Its weights moved away from the start, so that every path counts. */
  const wild = (size: number): TensorRecord =>
    Object.fromEntries(
      Object.entries(valuesOf(R)).map(([name, { shape, data }]) => {
        const random = randomAt(6, name);
        return [
          name,
          tensorOf(
            shape,
            data.map((v) => v + random.normal(0, size)),
          ),
        ];
      }),
    );

  it('starts as the identity, exactly', async () => {
    const { shape, data } = await forward(R, x);
    expect(shape).toEqual([2, 24, 28, 3]);
    expect(Float32Array.from(data)).toEqual(x.data);
  });

  it('never leaves the range of pictures', async () => {
    const { data } = await forward(R, x, INFERENCE, wild(3));
    expect(data.every((value) => Math.abs(value) <= 1)).toBe(true);
    expect(data.some((value) => Math.abs(value) === 1)).toBe(true);
  });

  it('blurs where all gains are −1: what is left is an eighth of the size', async () => {
    const values = { ...valuesOf(R), 'last/bias': tensorOf([12], [0, 0, 0, ...new Array(9).fill(-1)]) };
    const { data } = await forward(R, noise([1, 32, 32, 3]), INFERENCE, values);
    const { y } = await run(
      ({ input }) => ({
        y: [16, 8, 4, 8, 16, 32].reduce(
          (picture, side) => tf.image.resizeBilinear(picture, [side, side], false, true),
          input as tf.Tensor4D,
        ),
      }),
      { input: noise([1, 32, 32, 3]) },
    );
    for (const [i, value] of data.entries()) expect(value).toBeCloseTo(y![i]!, 5);
  });

  it('sees the whole picture: what is at one end decides the tone at the other', async () => {
    const wide = noise([1, 24, 160, 3]);
    const other = tensorOf(
      wide.shape,
      wide.data.map((v, i) => (Math.floor(i / 3) % 160 < 8 ? v + 0.5 : v)),
    );
    const [a, b] = [await forward(R, wide, INFERENCE, wild(0.1)), await forward(R, other, INFERENCE, wild(0.1))];
    expect(Math.abs(a.data.at(-1)! - b.data.at(-1)!)).toBeGreaterThan(1e-5);
  });

  it('leaves no grid and no rim: it turns an even picture into an even picture', async () => {
    const even = tensorOf(
      [1, 24, 28, 3],
      Array.from({ length: 24 * 28 * 3 }, (_, i) => [0.1, -0.2, 0.05][i % 3]!),
    );
    const { data } = await forward(R, even, INFERENCE, wild(0.1));
    expect(Math.abs(data[0]! - 0.1)).toBeGreaterThan(1e-3);
    for (const [i, value] of data.entries()) expect(value).toBeCloseTo(data[i % 3]!, 5);
  });
});

describe('autoencoderRefiner', () => {
  it('keeps the size, and takes statistics of the batch only in training', async () => {
    const R = autoencoderRefiner({ filters: 2 });
    const x = noise([2, 32, 48, 3]);
    const inference = await forward(R, x);
    expect(inference.shape).toEqual([2, 32, 48, 3]);
    expect((await forward(R, x, TRAINING)).data).not.toEqual(inference.data);
    // In inference a picture's result does not depend on its neighbours.
    const alone = await forward(R, tensorOf([1, 32, 48, 3], x.data.slice(0, 32 * 48 * 3)));
    for (const [i, value] of alone.data.entries()) expect(value).toBeCloseTo(inference.data[i]!, 5);
  });
});

describe('batchNorm', () => {
  const layer = batchNorm('n', 2);
  const into = { weights: {} as TensorRecord, statistics: {} as TensorRecord };
  layer.init(randomAt(1), into);
  const values: TensorRecord = {
    ...into.weights,
    ...into.statistics,
    'n/scale': tensorOf([2], [1.5, -0.5]),
    'n/offset': tensorOf([2], [0.1, 0.2]),
  };
  const x = tensorOf([2, 2, 2, 2], [1, 2, 3, 5, -1, 0, 2, 2, 4, 1, 0, -3, 1, 1, 2, 7]);

  it('normalises by the batch in training, and moves the running statistics a tenth of the way', async () => {
    const result = await run(
      ({ input, ...rest }) => {
        const statistics = {};
        return { y: layer.apply(input as tf.Tensor4D, rest, TRAINING, statistics), ...statistics };
      },
      { input: x, ...values },
    );
    for (const channel of [0, 1]) {
      const column = [...x.data].filter((_, i) => i % 2 === channel);
      const mean = column.reduce((a, b) => a + b) / 8;
      const squares = column.reduce((a, b) => a + (b - mean) ** 2, 0);
      const [scale, offset] = [values['n/scale']!.data[channel]!, values['n/offset']!.data[channel]!];
      expect(result.y![channel]).toBeCloseTo(((column[0]! - mean) / Math.sqrt(squares / 8 + 1e-5)) * scale + offset, 4);
      expect(result['n/mean']![channel]).toBeCloseTo(mean / 10, 5);
      expect(result['n/variance']![channel]).toBeCloseTo(0.9 + squares / 7 / 10, 5);
    }
  });

  it('has the gradient that finite differences show', async () => {
    const names = ['input', 'n/scale', 'n/offset'];
    const weigh = noise([2, 2, 2, 2], 8);
    const given = { input: x, ...values, weigh };
    const loss = (all: Record<string, tf.Tensor>) => {
      const y = layer.apply(all.input as tf.Tensor4D, all, TRAINING, {});
      return tf.sum(tf.mul(all.weigh!, tf.add(y, tf.square(y))));
    };
    const gradients = await run((all) => {
      const list = tf.grads((...some: tf.Tensor[]) =>
        loss({ ...all, ...Object.fromEntries(names.map((n, i) => [n, some[i]!])) }),
      );
      return Object.fromEntries(list(names.map((n) => all[n]!)).map((g, i) => [names[i]!, g]));
    }, given);
    const at = async (name: string, i: number, by: number) => {
      const entry = given[name as keyof typeof given] as TensorRecord[string];
      const moved = tensorOf(
        entry.shape,
        entry.data.map((v, j) => (i === j ? v + by : v)),
      );
      return (await run((all) => ({ loss: loss(all) }), { ...given, [name]: moved })).loss![0]!;
    };
    for (const name of names) {
      for (const i of gradients[name]!.keys()) {
        const difference = ((await at(name, i, 0.01)) - (await at(name, i, -0.01))) / 0.02;
        expect(Math.abs(gradients[name]![i]! - difference)).toBeLessThan(5e-3 + 5e-3 * Math.abs(difference));
      }
    }
  });
});
