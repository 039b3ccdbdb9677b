import { firstValueFrom, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { CropPool } from '../../src/data/crop-pool.js';
import { drawBatch } from '../../src/data/draw-batch.js';
import { type DrawnBatch, drawBatches } from '../../src/operators/draw-batches.js';
import { noiseFrame } from './pictures.js';

const requires = { synthetic: 2, real: 2 };

function filled(): CropPool {
  const pool = new CropPool();
  for (let i = 0; i < 5; i++) pool.add(noiseFrame(4, 4, i));
  return pool;
}

/** Enough turns of the event loop for any batch that was to come. */
async function settle() {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('drawBatches', () => {
  it('numbers its batches from the first, and draws what drawBatch draws', async () => {
    const [synthetic, real] = [filled(), filled()];
    const drawn = await firstValueFrom(
      drawBatches(synthetic, real, requires, { seed: 1, first: 7 }).pipe(take(3), toArray()),
    );
    expect(drawn.map(({ step }) => step)).toEqual([7, 8, 9]);
    expect(drawn[1]).toMatchObject(await drawBatch(synthetic, real, requires, { seed: 1, step: 8 }));
  });

  it('waits for the first crop of each pool', async () => {
    const [synthetic, real] = [new CropPool(), new CropPool()];
    const drawn: DrawnBatch[] = [];
    drawBatches(synthetic, real, requires, { seed: 1 })
      .pipe(take(1))
      .subscribe((batch) => drawn.push(batch));
    synthetic.add(noiseFrame(4, 4));
    await settle();
    expect(drawn).toHaveLength(0);
    real.add(noiseFrame(4, 4));
    await settle();
    expect(drawn).toHaveLength(1);
  });

  it('draws nothing while it is held, and nothing after it was left', async () => {
    const owner = {};
    const drawn: DrawnBatch[] = [];
    const [synthetic, real] = [filled(), filled()];
    const subscription = drawBatches(synthetic, real, requires, { seed: 1 }).subscribe((batch) => {
      drawn.push(batch);
      if (drawn.length % 3 === 0) batch.flow.hold(owner);
    });
    await settle();
    expect(drawn).toHaveLength(3);
    drawn[0]?.flow.release(owner);
    await settle();
    expect(drawn).toHaveLength(6);
    subscription.unsubscribe();
    drawn[0]?.flow.release(owner);
    await settle();
    expect(drawn).toHaveLength(6);
  });

  it('fails where the pools do not fit, and refuses wrong options', async () => {
    const large = new CropPool();
    large.add(noiseFrame(5, 4));
    await expect(firstValueFrom(drawBatches(large, filled(), requires, { seed: 1 }))).rejects.toMatchObject({
      code: 'INPUT',
    });
    expect(() => drawBatches(large, large, requires, { seed: 1, first: -1 })).toThrow('first');
    expect(() => drawBatches(large, large, requires, { seed: 1, augment: { zoom: 3 } })).toThrow('zoom');
  });
});
