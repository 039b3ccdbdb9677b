import { describe, expect, it } from 'vitest';
import { CropPool } from '../../src/data/crop-pool.js';
import { drawBatch } from '../../src/data/draw-batch.js';
import { noiseFrame } from '../operators/pictures.js';

const SIZE = 8 * 6 * 3;

function pool(count: number, seed: number): CropPool {
  const crops = new CropPool(64);
  for (let i = 0; i < count; i++) crops.add(noiseFrame(8, 6, seed * 1000 + i));
  return crops;
}

const requires = { synthetic: 6, real: 4 };

/** Which of a pool's crops each picture of a batch is. */
function which(packed: Uint8Array, crops: CropPool): number[] {
  return Array.from({ length: packed.length / SIZE }, (_, i) => {
    const picture = packed.subarray(i * SIZE, (i + 1) * SIZE).join();
    return crops.crops.findIndex(({ data }) => data.join() === picture);
  });
}

describe('drawBatch', () => {
  it('is a pure function of the content of the pools, the seed and the step', async () => {
    const draw = (step: number, seed = 5, count = 20) =>
      drawBatch(pool(count, 1), pool(count, 2), requires, { seed, step });
    const batch = await draw(3);
    expect(batch.synthetic).toHaveLength(6 * SIZE);
    expect(batch.real).toHaveLength(4 * SIZE);
    expect(await draw(3)).toEqual(batch);
    expect(await draw(4)).not.toEqual(batch);
    expect(await draw(3, 6)).not.toEqual(batch);
    expect(await draw(3, 5, 21)).not.toEqual(batch);
  });

  it('draws the same batch whether or not the steps before were drawn', async () => {
    const [synthetic, real] = [pool(20, 1), pool(20, 2)];
    for (let step = 0; step < 5; step++) await drawBatch(synthetic, real, requires, { seed: 1, step });
    const late = await drawBatch(synthetic, real, requires, { seed: 1, step: 5 });
    expect(await drawBatch(pool(20, 1), pool(20, 2), requires, { seed: 1, step: 5 })).toEqual(late);
  });

  it('is not changed by crops that are added during the draw', async () => {
    const [synthetic, real] = [pool(20, 1), pool(20, 2)];
    const before = await drawBatch(synthetic, real, { synthetic: 64, real: 64 }, { seed: 1, step: 0 });
    const drawing = drawBatch(synthetic, real, { synthetic: 64, real: 64 }, { seed: 1, step: 0 });
    for (let i = 0; i < 500; i++) for (const side of [synthetic, real]) side.add(noiseFrame(8, 6, 9000 + i));
    expect(await drawing).toEqual(before);
  });

  it('draws no crop twice while there are enough, all equally often, and repeats crops otherwise', async () => {
    const [synthetic, real] = [pool(12, 1), pool(3, 2)];
    const times = new Array<number>(12).fill(0);
    for (let step = 0; step < 200; step++) {
      const batch = await drawBatch(synthetic, real, requires, { seed: 2, step, augment: false });
      const drawn = which(batch.synthetic, synthetic);
      expect(new Set(drawn).size).toBe(6);
      for (const index of drawn) times[index] = (times[index] ?? 0) + 1;
      for (const index of which(batch.real, real)) expect(index).toBeGreaterThanOrEqual(0);
    }
    for (const count of times) expect(Math.abs(count - 100)).toBeLessThan(35);
  });

  it('does not block the event loop', async () => {
    const big = new CropPool(4);
    big.add(noiseFrame(256, 256));
    let turns = 0;
    const count = () => {
      turns++;
      timer = setImmediate(count);
    };
    let timer = setImmediate(count);
    await drawBatch(big, big, { synthetic: 16, real: 16 }, { seed: 1, step: 0 });
    clearImmediate(timer);
    expect(turns).toBeGreaterThan(2);
  });

  it('refuses missing or unsuitable crops with a reason', async () => {
    const options = { seed: 1, step: 0 };
    await expect(drawBatch(new CropPool(), pool(1, 1), requires, options)).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringContaining('synthetic'),
    });
    const large = new CropPool();
    large.add(noiseFrame(9, 6));
    await expect(drawBatch(large, pool(1, 1), requires, options)).rejects.toMatchObject({ code: 'INPUT' });
    await expect(drawBatch(large, large, requires, { seed: 1, step: -1 })).rejects.toMatchObject({ code: 'USAGE' });
    const half = await drawBatch(new CropPool(), pool(1, 1), { synthetic: 0, real: 2 }, options);
    expect([half.synthetic.length, half.real.length]).toEqual([0, 2 * SIZE]);
  });

  it('keeps the noise and texture of real crops, and of half of the synthetic ones', async () => {
    const frame = noiseFrame(32, 24);
    const pool = new CropPool();
    pool.add({ ...frame, data: frame.data.map((byte) => (byte < 128 ? 0 : 255)) });
    const batch = await drawBatch(pool, pool, { synthetic: 64, real: 64 }, { seed: 1, step: 0 });
    expect([...new Set(batch.real)].toSorted((a, b) => a - b)).toEqual([0, 255]);
    const size = 32 * 24 * 3;
    const smoothed = Array.from({ length: 64 }, (_, i) => batch.synthetic.subarray(i * size, (i + 1) * size)).filter(
      (picture) => picture.some((byte) => byte !== 0 && byte !== 255),
    );
    expect(smoothed.length).toBeGreaterThan(16);
    expect(smoothed.length).toBeLessThan(48);
  });
});
