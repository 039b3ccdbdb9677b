import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { toBytes } from '../../../src/engine/pixels.js';
import { structuralSimilarity as ofBytes } from '../../../src/measures/similarity.js';
import {
  meanDistance,
  peakSignalToNoise,
  sharpness,
  structuralSimilarity,
} from '../../../src/models/losses/likeness.js';
import { randomAt } from '../../../src/random.js';
import { run, tensorOf } from '../run.js';

const random = randomAt(3, 'likeness');
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
      psnr: peakSignalToNoise(inputs.x as tf.Tensor4D, inputs.y as tf.Tensor4D),
      ssim: structuralSimilarity(inputs.x as tf.Tensor4D, inputs.y as tf.Tensor4D),
    }),
    { x, y },
  );
  return { psnr: psnr![0] as number, ssim: ssim![0] as number };
}

describe('likeness', () => {
  it('gives the mean distance', async () => {
    const { distance } = await run(({ x, y }) => ({ distance: meanDistance(x as tf.Tensor4D, y as tf.Tensor4D) }), {
      x: even(0.2),
      y: even(-0.1),
    });
    expect(distance![0]).toBeCloseTo(0.3, 6);
  });

  it('gives decibels', async () => {
    expect((await measured(even(0.2), even(0))).psnr).toBeCloseTo(20, 4);
    expect((await measured(waves, waves)).psnr).toBeCloseTo(100, 3);
  });

  it('gives the share of the gradient that is left', async () => {
    const { share } = await run(({ x }) => ({ share: sharpness(tf.mul(x as tf.Tensor4D, 0.25), x as tf.Tensor4D) }), {
      x: waves,
    });
    expect(share![0]).toBeCloseTo(0.25, 5);
  });

  it('gives 1 for the same structure and less for another, near to what bytes give in Gaussian windows', async () => {
    expect((await measured(waves, waves)).ssim).toBeCloseTo(1, 5);
    const { ssim } = await measured(noisy, waves);
    expect(ssim).toBeGreaterThan(0.3);
    expect(Math.abs(ssim - ofBytes(toBytes(noisy.data), toBytes(waves.data), 18, 16))).toBeLessThan(0.1);
  });
});
