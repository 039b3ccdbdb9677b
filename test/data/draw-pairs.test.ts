import { describe, expect, it } from 'vitest';
import { CropPool } from '../../src/data/crop-pool.js';
import { drawPairs } from '../../src/data/draw-pairs.js';
import { noiseFrame } from '../operators/pictures.js';

const SIZE = 8 * 6 * 3;
const inverse = (data: Uint8Array) => data.map((value) => 255 - value);

/** Pairs of a picture and its inverse: whatever moves alike in both stays an inverse. */
function pool(count: number, seed = 1): CropPool {
  const crops = new CropPool(64);
  for (let i = 0; i < count; i++) {
    const frame = noiseFrame(8, 6, seed * 1000 + i);
    crops.add({ ...frame, target: inverse(frame.data) });
  }
  return crops;
}

describe('drawPairs', () => {
  it('transforms a picture and its target equally, without brightness and noise', async () => {
    for (const augment of [undefined, { brightness: 1, noise: 1, resample: 0 }]) {
      const { synthetic, real } = await drawPairs(pool(20), 12, { seed: 1, step: 0, augment });
      expect(synthetic).toHaveLength(12 * SIZE);
      expect(real).toEqual(inverse(synthetic));
    }
    const turned = await drawPairs(pool(20), 12, { seed: 1, step: 0, augment: { rotation: 20 } });
    const apart = turned.real.map((value, i) => Math.abs(value - 255 + (turned.synthetic[i] as number)));
    expect(Math.max(...apart)).toBeLessThanOrEqual(1);
  });

  it('augments each pair independently', async () => {
    const { synthetic } = await drawPairs(pool(1), 12, { seed: 1, step: 0, augment: {} });
    const different = Array.from({ length: 12 }, (_, i) => synthetic.subarray(i * SIZE, (i + 1) * SIZE).join());
    expect(new Set(different).size).toBe(12);
  });

  it('is a pure function of the content of the pool, the seed and the step', async () => {
    const draw = (step: number, seed = 5, count = 20) => drawPairs(pool(count), 6, { seed, step });
    expect(await draw(3)).toEqual(await draw(3));
    for (const other of [draw(4), draw(3, 6), draw(3, 5, 21)]) expect(await other).not.toEqual(await draw(3));
  });

  it('draws each pair once and unchanged without augmentation', async () => {
    const crops = pool(6);
    const { synthetic, real } = await drawPairs(crops, 6, { seed: 1, step: 0, augment: false });
    const packed = Array.from({ length: 6 }, (_, i) => synthetic.subarray(i * SIZE, (i + 1) * SIZE).join());
    expect(packed.toSorted()).toEqual(crops.crops.map(({ data }) => data.join()).toSorted());
    expect(real).toEqual(inverse(synthetic));
    expect(await drawPairs(crops, 0, { seed: 1, step: 0 })).toEqual({
      synthetic: new Uint8Array(),
      real: new Uint8Array(),
    });
  });

  it('refuses missing or unsuitable crops with a reason', async () => {
    const options = { seed: 1, step: 0 };
    await expect(drawPairs(new CropPool(), 2, options)).rejects.toMatchObject({ code: 'INPUT' });
    const bare = new CropPool();
    bare.add(noiseFrame(8, 6));
    await expect(drawPairs(bare, 2, options)).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/test has no target: make pairs/),
    });
    const short = new CropPool();
    short.add({ ...noiseFrame(8, 6), target: new Uint8Array(SIZE - 3) });
    await expect(drawPairs(short, 2, options)).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/differ in size/),
    });
    await expect(drawPairs(pool(2), -1, options)).rejects.toMatchObject({ code: 'USAGE' });
    await expect(drawPairs(pool(2), 1, { seed: 1, step: 0.5 })).rejects.toMatchObject({ code: 'USAGE' });
    const wild = { ...options, augment: { zoom: 2 } };
    await expect(drawPairs(pool(2), 1, wild)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
