import { describe, expect, it } from 'vitest';
import { CropPool } from '../../src/data/crop-pool.js';
import { drawLabelled } from '../../src/data/draw-labelled.js';
import { noiseFrame } from '../operators/pictures.js';

const SIZE = 8 * 6 * 3;
const CLASSES = ['left', 'right', 'up'];

/** Pictures of one shade, which says their class. */
function pool(count: number): CropPool {
  const crops = new CropPool(64);
  for (let i = 0; i < count; i++) {
    const data = new Uint8Array(SIZE).fill(i % 3);
    crops.add({ ...noiseFrame(8, 6), data, labels: { name: CLASSES[i % 3] as string } });
  }
  return crops;
}

describe('drawLabelled', () => {
  it('returns the class index of each picture', async () => {
    const { synthetic, real, labels } = await drawLabelled(pool(30), 12, CLASSES, { seed: 1, step: 0 });
    expect(synthetic).toHaveLength(0);
    expect(real).toHaveLength(12 * SIZE);
    expect([...labels]).toEqual(Array.from({ length: 12 }, (_, i) => real[i * SIZE]));
    expect(new Set(labels).size).toBe(3);
  });

  it('is a pure function of the content of the pool, the seed and the step', async () => {
    const draw = (step: number, seed = 5, count = 20) => drawLabelled(pool(count), 6, CLASSES, { seed, step });
    expect(await draw(3)).toEqual(await draw(3));
    for (const other of [draw(4), draw(3, 6), draw(3, 5, 21)]) expect(await other).not.toEqual(await draw(3));
  });

  it('mirrors pictures only where flip is given', async () => {
    const crops = new CropPool();
    const frame = noiseFrame(8, 6);
    crops.add({ ...frame, labels: { name: 'left' } });
    const amounts = { shift: 0, resample: 0 };
    const drawn = async (augment?: { flip?: boolean; shift: number; resample: number }) => {
      const { real } = await drawLabelled(crops, 32, CLASSES, { seed: 1, step: 0, augment });
      return new Set(Array.from({ length: 32 }, (_, i) => real.subarray(i * SIZE, (i + 1) * SIZE).join()));
    };
    const mirrored = await drawn(amounts);
    expect(mirrored.size).toBe(2);
    const [moved] = mirrored.size === 2 ? [[...mirrored].find((picture) => picture !== frame.data.join())] : [];
    expect((await drawn()).has(moved as string)).toBe(false);
  });

  it('refuses missing or unsuitable crops with a reason', async () => {
    const options = { seed: 1, step: 0 };
    const draw = (crops: CropPool, classes = CLASSES) => drawLabelled(crops, 3, classes, options);
    await expect(draw(new CropPool())).rejects.toMatchObject({ code: 'INPUT' });
    const bare = new CropPool();
    bare.add(noiseFrame(8, 6));
    await expect(draw(bare)).rejects.toMatchObject({
      code: 'INPUT',
      message: 'a crop of test has no class: use a labelled source, such as folders named left, right, up',
    });
    await expect(draw(pool(3), ['left', 'right'])).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/has the class "up", but the classes are left, right/),
    });
    await expect(drawLabelled(pool(3), -1, CLASSES, options)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
