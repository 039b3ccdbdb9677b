import { firstValueFrom, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type BatchDraw, TrainingData } from '../../src/data/training-data.js';
import { drawBatches } from '../../src/operators/draw-batches.js';
import { noiseFrame } from './pictures.js';

const requires = { synthetic: 2, real: 2 };

function filled(): TrainingData {
  const data = new TrainingData();
  for (let i = 0; i < 5; i++) {
    data.synthetic.add(noiseFrame(4, 4, i));
    data.real.add(noiseFrame(4, 4, 10 + i));
  }
  return data;
}

/** Enough turns of the event loop for any batch that was to come. */
async function settle() {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('drawBatches', () => {
  it('draws from the data for the given step and batch size', async () => {
    const data = filled();
    const [first, second] = await firstValueFrom(drawBatches(data).pipe(take(2), toArray()));
    expect(await first?.draw(7, requires)).toEqual(await data.draw(7, requires));
    expect(await second?.draw(8, { synthetic: 1, real: 3 }, {})).toEqual(
      await data.draw(8, { synthetic: 1, real: 3 }, {}),
    );
  });

  it('waits for the first crop of each input', async () => {
    const data = new TrainingData();
    const drawn: BatchDraw[] = [];
    drawBatches(data)
      .pipe(take(1))
      .subscribe((batch) => drawn.push(batch));
    data.synthetic.add(noiseFrame(4, 4));
    await settle();
    expect(drawn).toHaveLength(0);
    data.real.add(noiseFrame(4, 4));
    await settle();
    expect(drawn).toHaveLength(1);
  });

  it('emits nothing while it is held, and nothing after it was unsubscribed', async () => {
    const owner = {};
    const drawn: BatchDraw[] = [];
    const subscription = drawBatches(filled()).subscribe((batch) => {
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
});
