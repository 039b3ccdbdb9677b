import type * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { reachOf, superResolution } from '../../../src/models/networks/super-resolution.js';
import { srgan } from '../../../src/models/srgan.js';
import type { Apply } from '../../../src/models/training/apply.js';
import { createEnlarger } from '../../../src/models/training/running-enlarger.js';
import { initialValues } from '../../../src/models/training/running-generator.js';
import { randomAt } from '../../../src/random.js';
import { reference } from '../tiny.js';

const config = srgan.configure('x2', { filters: 2, blocks: 1 });
const networks = { generator: superResolution({ scale: 2, filters: 2, blocks: 1 }) };
const parts = {
  networks,
  scale: 2,
  reach: reachOf(1),
  generate: (apply: Apply, x: tf.Tensor4D) => apply('generator', x),
};

/** Weights none of which is 0, so that a seam would show. */
const weights = Object.fromEntries(
  Object.entries(initialValues(networks, config)).map(([name, { shape, data }]) => {
    const random = randomAt(2, name);
    return [name, { shape, data: data.map(() => random.normal(0, 0.3)) }];
  }),
);

function picture(width: number, height: number) {
  const random = randomAt(3, 'picture', width);
  return { data: Uint8Array.from({ length: width * height * 3 }, () => random.integer(256)), width, height };
}

describe('an enlarger', () => {
  it.each([
    [30, 25],
    [12, 40],
    [13, 12],
    [7, 5],
  ])('makes of %i×%i pixels what it would make of them at once', async (width, height) => {
    const small = picture(width, height);
    const whole = await createEnlarger(reference, config, parts, weights, 64);
    const inParts = await createEnlarger(reference, config, parts, weights, 12);
    const expected = await whole.enlarge(small);
    expect([expected.width, expected.height, expected.data.length]).toEqual([
      2 * width,
      2 * height,
      small.data.length * 4,
    ]);
    const large = await inParts.enlarge(small);
    const away = large.data.map((byte, i) => Math.abs(byte - (expected.data[i] as number)));
    expect(Math.max(...away)).toBeLessThanOrEqual(1);
    await whole.dispose();
    await inParts.dispose();
  });

  it('takes many sizes one after the other, and refuses what is no picture', async () => {
    const enlarger = await createEnlarger(reference, config, parts, weights);
    const sizes = [3, 4, 5, 6, 7, 3, 2].map((side) => picture(side, side));
    const first = await Promise.all(sizes.map((small) => enlarger.enlarge(small)));
    expect(first.map(({ width }) => width)).toEqual([6, 8, 10, 12, 14, 6, 4]);
    expect(first[5]).toEqual(first[0]);
    for (const wrong of [picture(1, 9), { ...picture(4, 4), width: 5 }])
      await expect(enlarger.enlarge(wrong)).rejects.toMatchObject({ code: 'USAGE' });
    await enlarger.dispose();
  });

  it('is made by the recipe, and refuses weights of another', async () => {
    const enlarger = await srgan.createEnlarger?.(reference, config, weights);
    expect(enlarger?.scale).toBe(2);
    expect((await enlarger?.enlarge(picture(4, 3)))?.width).toBe(8);
    const { 'generator/weights/last/bias': _bias, ...incomplete } = weights;
    await expect(srgan.createEnlarger?.(reference, config, incomplete)).rejects.toMatchObject({ code: 'MODEL' });
    await enlarger?.dispose();
  });
});
