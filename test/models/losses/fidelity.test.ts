import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { structuralSimilarity as ofBytes } from '../../../src/evaluation/similarity.js';
import { signalToNoise, structuralSimilarity } from '../../../src/models/losses/fidelity.js';
import { toBytes } from '../../../src/models/pixels.js';
import { randomAt } from '../../../src/random.js';
import { run, tensorOf } from '../run.js';

const random = randomAt(3, 'fidelity');
const SHAPE = [1, 16, 18, 3];
const even = (value: number) => tensorOf(SHAPE, new Float32Array(16 * 18 * 3).fill(value));
const waves = tensorOf(
  SHAPE,
  Array.from({ length: 16 * 18 * 3 }, (_, i) => 0.5 * Math.sin(i / 20)),
);
const noisy = tensorOf(
  SHAPE,
  waves.data.map((value) => value + random.normal(0, 0.1)),
);

async function measured(x: typeof waves, y: typeof waves) {
  const { psnr, ssim } = await run(
    (inputs) => ({
      psnr: signalToNoise(inputs.x as tf.Tensor4D, inputs.y as tf.Tensor4D),
      ssim: structuralSimilarity(inputs.x as tf.Tensor4D, inputs.y as tf.Tensor4D),
    }),
    { x, y },
  );
  return { psnr: psnr![0] as number, ssim: ssim![0] as number };
}

describe('the measures of super-resolution', () => {
  it('gives decibels', async () => {
    expect((await measured(even(0.2), even(0))).psnr).toBeCloseTo(20, 4);
    expect((await measured(waves, waves)).psnr).toBeCloseTo(100, 3);
  });

  it('takes the mean of the decibels of the pictures', async () => {
    const { psnr } = await run(({ x }) => ({ psnr: signalToNoise(x as tf.Tensor4D, tf.zerosLike(x as tf.Tensor4D)) }), {
      x: tensorOf([2, 1, 1, 1], [0.2, 0.02]),
    });
    expect(psnr![0]).toBeCloseTo(30, 4);
  });

  it('gives 1 for the same structure and less for another, near to what bytes give in Gaussian windows', async () => {
    expect((await measured(waves, waves)).ssim).toBeCloseTo(1, 5);
    const { ssim } = await measured(noisy, waves);
    expect(ssim).toBeGreaterThan(0.3);
    expect(Math.abs(ssim - ofBytes(toBytes(noisy.data), toBytes(waves.data), 18, 16))).toBeLessThan(0.1);
  });
});
