import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { selfRegularisationLoss, structureLoss, withoutTone } from '../../../src/models/losses/self-regularisation.js';
import { run, tensorOf } from '../run.js';

describe('selfRegularisationLoss', () => {
  it('is the mean absolute difference', async () => {
    const { loss } = await run(({ a, b }) => ({ loss: selfRegularisationLoss(a as tf.Tensor4D, b as tf.Tensor4D) }), {
      a: tensorOf([1, 2, 2, 1], [0, 1, -1, 0.5]),
      b: tensorOf([1, 2, 2, 1], [0, -1, -1, 0]),
    });
    expect(loss![0]).toBeCloseTo(2.5 / 4, 6);
  });

  it('depends on neither batch nor size', async () => {
    for (const shape of [
      [1, 4, 4, 3],
      [7, 4, 4, 3],
      [2, 16, 8, 1],
    ] as [number, number, number, number][]) {
      const { loss } = await run(() => ({ loss: selfRegularisationLoss(tf.fill(shape, 0.25), tf.zeros(shape)) }));
      expect(loss![0]).toBeCloseTo(0.25, 6);
    }
  });
});

describe('withoutTone', () => {
  const level = async (values: number[]) => {
    const { y } = await run(({ a }) => ({ y: withoutTone(a as tf.Tensor4D) }), { a: tensorOf([2, 1, 2, 2], values) });
    return y!;
  };
  const pictures = [0.1, 0.2, -0.7, 0.8, 0.5, -0.6, 0.7, 0];

  it('is the same for another mean of each channel of each picture', async () => {
    const tone = [0.1, -0.2, 0.1, -0.2, 0.3, 0.4, 0.3, 0.4];
    const [before, after] = [await level(pictures), await level(pictures.map((v, i) => v + tone[i]!))];
    for (const [i, value] of after.entries()) expect(value).toBeCloseTo(before[i]!, 6);
  });

  it('gives every picture about the contrast 0.35, whatever it had', async () => {
    for (const values of [pictures, pictures.map((v) => 5 * v)]) {
      const y = [...(await level(values))];
      for (const picture of [y.slice(0, 4), y.slice(4)]) {
        const contrast = Math.sqrt(picture.reduce((sum, v) => sum + v * v, 0) / 4);
        expect(contrast).toBeGreaterThan(0.31);
        expect(contrast).toBeLessThanOrEqual(0.35);
      }
    }
  });

  it('is zero for an even picture', async () => {
    expect([...(await level([0.3, -1, 0.3, -1, 0, 0, 0, 0]))].every((v) => Math.abs(v) < 1e-6)).toBe(true);
  });
});

describe('structureLoss', () => {
  type Shade = (y: number, x: number) => number;
  const size = 16;
  const pictureOf = (shade: Shade) =>
    tensorOf(
      [1, size, size, 3],
      Array.from({ length: size * size * 3 }, (_, i) => shade(Math.floor(i / 3 / size), Math.floor(i / 3) % size)),
    );
  const loss = async (refined: Shade, synthetic: Shade) => {
    const { loss } = await run(({ a, b }) => ({ loss: structureLoss(a as tf.Tensor4D, b as tf.Tensor4D) }), {
      a: pictureOf(refined),
      b: pictureOf(synthetic),
    });
    return loss![0]!;
  };
  const spot =
    (at: number, radius = 3): Shade =>
    (y, x) =>
      Math.hypot(y - 8, x - at) < radius ? -0.8 : 0.4;

  it('is the mean change of the share that is dark', async () => {
    // Left half −1, right half 1: z is −1 and 1 but for the least contrast, and turning it round exchanges both halves.
    const z = 1 / Math.sqrt(1 + 0.1 ** 2);
    const dark = (value: number) => 1 / (1 + Math.exp(-(-value - 0.6) / 0.3));
    const half: Shade = (_, x) => (x < size / 2 ? -1 : 1);
    expect(await loss((y, x) => -half(y, x), half)).toBeCloseTo(dark(-z) - dark(z), 5);
  });

  it('is free for another exposure and, almost, for another contrast', async () => {
    expect(await loss((y, x) => spot(8)(y, x) + 0.3, spot(8))).toBeCloseTo(0, 6);
    expect(await loss((y, x) => 0.6 * spot(8)(y, x), spot(8))).toBeLessThan(0.01);
  });

  it('is free for what moves within squares of two pixels', async () => {
    const checks: Shade = (y, x) => ((x + y) % 2 === 0 ? 0.4 : -0.4);
    expect(await loss((y, x) => -checks(y, x), checks)).toBeCloseTo(0, 6);
  });

  it('costs more the further a dark spot moves, and the more it shrinks', async () => {
    const moved = await Promise.all([0, 1, 4].map((by) => loss(spot(8 + by), spot(8))));
    const shrunk = await Promise.all([0, 1, 2].map((by) => loss(spot(8, 5 - by), spot(8, 5))));
    for (const [none, little, much] of [moved, shrunk]) {
      expect(none).toBeCloseTo(0, 6);
      expect(little).toBeGreaterThan(0.01);
      expect(much).toBeGreaterThan(little!);
    }
  });

  it('costs soft shading of bright skin far less than a dark spot that is lost', async () => {
    const shaded = await loss((y, x) => spot(8)(y, x) - (y < 3 ? 0.1 : 0), spot(8));
    const lost = await loss(() => 0.4, spot(8));
    expect(shaded).toBeGreaterThan(0);
    expect(lost).toBeGreaterThan(5 * shaded);
  });

  it('is zero for even pictures, with a finite gradient', async () => {
    const even = tensorOf([1, 8, 8, 3], new Array(192).fill(0.2));
    const { value, slope } = await run(
      ({ a }) => {
        const { value, grad } = tf.valueAndGrad((x) => structureLoss(x as tf.Tensor4D, tf.zerosLike(x) as tf.Tensor4D))(
          a as tf.Tensor4D,
        );
        return { value, slope: grad };
      },
      { a: even },
    );
    expect(value![0]).toBeCloseTo(0, 6);
    expect([...slope!].every(Number.isFinite)).toBe(true);
  });
});
