import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { selfRegularisationLoss, structureLoss, toneFreeLoss } from '../../../src/models/losses/self-regularisation.js';
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

describe('toneFreeLoss', () => {
  const loss = async (a: number[], b: number[]) => {
    const shape = [2, 1, 2, 2];
    const { loss } = await run(({ a, b }) => ({ loss: toneFreeLoss(a as tf.Tensor4D, b as tf.Tensor4D) }), {
      a: tensorOf(shape, a),
      b: tensorOf(shape, b),
    });
    return loss![0];
  };
  const b = [0.1, 0.2, -0.3, 0.4, 0.5, -0.6, 0.7, 0];

  it('is free for another mean of each channel of each picture', async () => {
    const tone = [0.1, -0.2, 0.1, -0.2, 0.3, 0.4, 0.3, 0.4];
    expect(
      await loss(
        b.map((v, i) => v + tone[i]!),
        b,
      ),
    ).toBeCloseTo(0, 6);
  });

  it('is the mean absolute difference that is left', async () => {
    // One channel of one picture changes by 0.4 on one of two pixels: 0.2 above and below its mean.
    expect(
      await loss(
        b.map((v, i) => (i === 1 ? v + 0.4 : v)),
        b,
      ),
    ).toBeCloseTo(0.4 / 8, 6);
  });
});

describe('structureLoss', () => {
  const loss = async (shape: [number, number, number, number], change: (y: number, x: number) => number) => {
    const [, h, w, c] = shape;
    const values = Array.from({ length: h * w * c }, (_, i) => change(Math.floor(i / c / w), Math.floor(i / c) % w));
    const picture = tensorOf(shape, values);
    const { loss } = await run(({ a }) => ({ loss: structureLoss(a as tf.Tensor4D, tf.zerosLike(a as tf.Tensor4D)) }), {
      a: picture,
    });
    return loss![0];
  };

  it('is free for another tone and for texture finer than four pixels', async () => {
    expect(await loss([1, 8, 8, 3], () => 0.4)).toBeCloseTo(0, 6);
    expect(await loss([1, 8, 8, 3], (y, x) => ((x + y) % 2 === 0 ? 0.3 : -0.3))).toBeCloseTo(0, 6);
  });

  it('is the mean difference between neighbouring squares, down and across', async () => {
    // A ramp of 0.1 a pixel changes by 0.4 from one square to the next.
    expect(await loss([1, 8, 8, 1], (_, x) => 0.1 * x)).toBeCloseTo(0.4, 5);
    expect(await loss([1, 8, 8, 1], (y) => 0.1 * y)).toBeCloseTo(0.4, 5);
  });

  it('costs more the further a dark spot moves', async () => {
    const spot = (y: number, x: number, at: number) => (Math.hypot(y - 8, x - at) < 3 ? -1 : 0);
    const moved = (by: number) => loss([1, 16, 16, 1], (y, x) => spot(y, x, 8 + by) - spot(y, x, 8));
    const [still, little, far] = [await moved(0), await moved(1), await moved(4)];
    expect(still).toBeCloseTo(0, 6);
    expect(little).toBeGreaterThan(0);
    expect(far).toBeGreaterThan(little);
  });
});
