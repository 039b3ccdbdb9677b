import { afterAll, describe, expect, it } from 'vitest';
import type { TensorRecord } from '../../../src/engine/types.js';
import { pictureBytes, pictures, reference, simgan, tiny, train } from '../tiny.js';

const config = tiny();
const size = pictureBytes(config);

async function weightsAfter(steps: number): Promise<TensorRecord> {
  const training = await simgan.createTraining(reference, tiny({ learningRate: 0.05 }));
  await train(training, steps);
  const weights = training.generatorWeights();
  await training.dispose();
  return weights;
}

const [young, old] = [await weightsAfter(1), await weightsAfter(3)];
const refiner = await simgan.createRefiner(reference, config, young);
afterAll(() => refiner.dispose());

describe('a running refiner', () => {
  it('refines each picture by itself, in any number', async () => {
    const all = pictures(config, 'synthetic', 11, 1);
    const together = await refiner.refine(all, 11);
    expect(together.length).toBe(all.length);
    for (const i of [0, 7, 8, 10]) {
      const alone = await refiner.refine(all.slice(i * size, (i + 1) * size), 1);
      expect(alone).toEqual(together.slice(i * size, (i + 1) * size));
    }
    expect(await refiner.refine(new Uint8Array(0), 0)).toEqual(new Uint8Array(0));
  });

  it('gives bytes that stay, and leaves those given alone', async () => {
    const x = pictures(config, 'synthetic', 2, 1);
    const copy = x.slice();
    const first = await refiner.refine(x, 2);
    const kept = first.slice();
    await refiner.refine(pictures(config, 'real', 2, 1), 2);
    expect(first).toEqual(kept);
    expect(x).toEqual(copy);
  });

  it('takes new weights for the next call, all of them at once', async () => {
    const swapped = await simgan.createRefiner(reference, config, young);
    const x = pictures(config, 'synthetic', 3, 1);
    const before = await swapped.refine(x, 3);
    const running = swapped.refine(x, 3);
    swapped.write(old);
    const next = swapped.refine(x, 3);
    const after = await (await simgan.createRefiner(reference, config, old)).refine(x, 3);
    expect(after).not.toEqual(before);
    expect([before, after]).toContainEqual(await running);
    expect(await next).toEqual(after);
    await swapped.dispose();
  });

  it('refuses weights that do not fit, and keeps the old ones', async () => {
    const x = pictures(config, 'synthetic', 1, 1);
    const before = await refiner.refine(x, 1);
    const { 'refiner/weights/last/bias': _bias, ...incomplete } = young;
    for (const wrong of [
      incomplete,
      { ...young, 'refiner/weights/last/bias': { shape: [4], data: new Float32Array(4) } },
      {},
    ]) {
      expect(() => refiner.write(wrong)).toThrow(expect.objectContaining({ code: 'MODEL' }));
    }
    await expect(simgan.createRefiner(reference, config, incomplete)).rejects.toMatchObject({ code: 'MODEL' });
    expect(await refiner.refine(x, 1)).toEqual(before);
  });

  it('frozen: gives the same, and refuses to be written', async () => {
    const frozen = await simgan.createRefiner(reference, config, young, { freeze: true });
    const x = pictures(config, 'synthetic', 2, 1);
    expect(await frozen.refine(x, 2)).toEqual(await refiner.refine(x, 2));
    expect(() => frozen.write(old)).toThrow(expect.objectContaining({ code: 'MODEL' }));
    await frozen.dispose();
  });

  it('refuses bytes that are not as many pictures', async () => {
    for (const [bytes, count] of [
      [size, 2],
      [size - 1, 1],
      [size, -1],
      [size, Number.NaN],
    ] as const) {
      await expect(refiner.refine(new Uint8Array(bytes), count)).rejects.toMatchObject({ code: 'USAGE' });
    }
  });

  it('untrained runs too, the same each time', async () => {
    const [a, b] = [await simgan.createRefiner(reference, config), await simgan.createRefiner(reference, config)];
    const x = pictures(config, 'synthetic', 1, 1);
    expect(await a.refine(x, 1)).toEqual(await b.refine(x, 1));
  });
});
