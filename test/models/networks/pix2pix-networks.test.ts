import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { TensorRecord } from '../../../src/engine/types.js';
import type { Network, Pass } from '../../../src/models/networks/network.js';
import { patchDiscriminator } from '../../../src/models/networks/patch-discriminator.js';
import { unet } from '../../../src/models/networks/unet.js';
import { randomAt } from '../../../src/random.js';
import { run, tensorOf } from '../run.js';

function noise(shape: readonly number[], seed = 1): TensorRecord[string] {
  const random = randomAt(seed, 'noise');
  const length = shape.reduce((a, b) => a * b);
  return tensorOf(
    shape,
    Array.from({ length }, () => random.uniform(-1, 1)),
  );
}

const valuesOf = (network: Network): TensorRecord => {
  const { weights, statistics } = network.init(randomAt(3));
  return { ...weights, ...statistics };
};

async function forward(
  network: Network,
  x: TensorRecord[string],
  pass: Pass['mode'] = 'inference',
  dropout?: number[],
) {
  let shape: number[] = [];
  const { y } = await run(
    ({ input, dropped, ...rest }) => {
      const { output } = network.forward(input as tf.Tensor4D, rest, {
        mode: pass,
        ...(dropped && { dropout: dropped as tf.Tensor2D }),
      });
      shape = output.shape;
      return { y: output };
    },
    { input: x, ...(dropout && { dropped: tensorOf([1, dropout.length], dropout) }), ...valuesOf(network) },
  );
  return { shape, data: y! };
}

describe('the U-Net', () => {
  it('gives pictures of the size of its inputs, in the range of tanh', async () => {
    for (const [height, width] of [
      [64, 64],
      [24, 40],
      [16, 72],
    ] as const) {
      const network = unet({ width, height, filters: 2 });
      const { shape, data } = await forward(network, noise([1, height, width, 3]));
      expect(shape).toEqual([1, height, width, 3]);
      expect(data.every((value) => Math.abs(value) < 1)).toBe(true);
      expect(Math.max(...data) - Math.min(...data)).toBeGreaterThan(1e-3);
    }
  });

  it('halves a picture of 64×64 down to 4×4, with this many filters', () => {
    const kernels = Object.entries(unet({ width: 64, height: 64, filters: 24 }).init(randomAt(1)).weights);
    const shapes = Object.fromEntries(kernels.map(([name, { shape }]) => [name, shape]));
    expect(shapes['down3/kernel']).toEqual([4, 4, 96, 96]);
    expect(shapes['down4/kernel']).toBeUndefined();
    expect(shapes['up0/kernel']).toEqual([4, 4, 96, 96]);
    expect(shapes['up2/kernel']).toEqual([4, 4, 24, 96]);
    expect(shapes['last/kernel']).toEqual([4, 4, 3, 48]);
  });

  it('sees far around each place, and what is there best', async () => {
    const network = unet({ width: 32, height: 32, filters: 4 });
    const x = noise([1, 32, 32, 3]);
    const { g } = await run(
      ({ input, ...rest }) => {
        const middle = (given: tf.Tensor) =>
          tf.sum(
            tf.slice(
              network.forward(given as tf.Tensor4D, rest, { mode: 'inference' }).output,
              [0, 15, 15, 0],
              [1, 2, 2, 3],
            ),
          );
        return { g: tf.grad(middle)(input as tf.Tensor) };
      },
      { input: x, ...valuesOf(network) },
    );
    const largest = (from: number, to: number) =>
      Math.max(...Array.from({ length: to - from }, (_, i) => Math.abs(g![(from + i) * (32 * 3 + 3)] as number)));
    // Along the diagonal, in steps of a row and a pixel: before 9 only the middle layers see.
    expect(largest(1, 9)).toBeGreaterThan(0);
    expect(largest(13, 19)).toBeGreaterThan(2 * largest(1, 9));
    expect(largest(0, 1)).toBe(0);
  });

  it('drops filters in the middle where dropout is set, and nowhere else', async () => {
    const network = unet({ width: 16, height: 16, filters: 2, dropout: 0.5 });
    expect([network.dropoutUnits, network.dropoutRate]).toEqual([2, 0.5]);
    const x = noise([1, 16, 16, 3]);
    const plain = await forward(network, x, 'training');
    expect((await forward(network, x, 'training', [1, 1])).data).toEqual(plain.data);
    expect((await forward(network, x, 'training', [0, 2])).data).not.toEqual(plain.data);
  });
});

describe('the patch discriminator', () => {
  it.each([
    [32, 8],
    [64, 18],
    [128, 38],
  ])('of %i pixels has patches of %i', async (side, patch) => {
    const network = patchDiscriminator({ width: side, height: side, filters: 1, channels: 1 });
    const { g } = await run(
      ({ input, ...rest }) => {
        const first = (given: tf.Tensor) =>
          tf.sum(tf.slice(network.forward(given as tf.Tensor4D, rest, { mode: 'inference' }).output, 0, [1, 1, 1, 1]));
        return { g: tf.grad(first)(input as tf.Tensor) };
      },
      { input: noise([1, side, side, 1]), ...valuesOf(network) },
    );
    const seen = g!.flatMap((value, i) => (value === 0 ? [] : [[Math.floor(i / side), i % side] as const]));
    expect(Math.max(...seen.map(([y]) => y))).toBe(patch - 1);
    expect(Math.max(...seen.map(([, x]) => x))).toBe(patch - 1);
  });

  it('has room for what it is given besides the picture, on the least of sizes', async () => {
    const network = patchDiscriminator({ width: 24, height: 16, filters: 2, channels: 6 });
    expect((await forward(network, noise([2, 16, 24, 6]))).shape).toEqual([2, 5, 9, 1]);
  });
});
