import { afterEach, describe, expect, it } from 'vitest';
import type { TensorRecord } from '../../src/engine/types.js';
import { cyclegan } from '../../src/models/cyclegan.js';
import type { Checkpoint, RecipeConfig, Training } from '../../src/models/types.js';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/runs/index.js';
import { changed, pictureBytes, pictures, reference, train } from './tiny.js';

const SMALL = {
  width: 24,
  height: 24,
  batch: 2,
  historySize: 3,
  generatorFilters: 2,
  generatorBlocks: 1,
  discriminatorFilters: 2,
};

const tiny = (overrides: Record<string, unknown> = {}): RecipeConfig =>
  cyclegan.configure('live', { ...SMALL, emaDecay: 0, checkEvery: 0, seed: 5, ...overrides });

const made: Training[] = [];
async function start(config: RecipeConfig, checkpoint?: Checkpoint): Promise<Training> {
  const training = await cyclegan.createTraining(reference, config, checkpoint);
  made.push(training);
  return training;
}
afterEach(async () => {
  for (const training of made.splice(0)) await training.dispose();
});

async function refined(config: RecipeConfig, weights: TensorRecord, x: Uint8Array): Promise<Uint8Array> {
  const refiner = await cyclegan.createRefiner(reference, config, weights);
  const result = await refiner.refine(x, x.length / pictureBytes(config));
  await refiner.dispose();
  return result;
}

/** The largest difference of two bytes. */
const furthest = (a: Uint8Array, b: Uint8Array) => Math.max(...a.map((byte, i) => Math.abs(byte - b[i]!)));

describe('the game of four', () => {
  it('updates all, weighs the losses as asked, and reports the cycle', async () => {
    const training = await start(tiny({ cycle: 3, identity: 7, objective: 'hinge', historySize: 0 }));
    const before = training.snapshot();
    expect(before.blobs).toEqual({});
    for (const { losses, measures } of await train(training, 2)) {
      const { adversarial = 0, cycle = 0, identity = 0 } = losses;
      expect(losses.generator).toBeCloseTo(adversarial + 3 * cycle + 7 * identity, 5);
      expect(measures?.cycle).toBeGreaterThan(0);
      // The loss is of both ways.
      expect(cycle).toBeGreaterThan(measures?.cycle ?? Number.NaN);
    }
    const players = new Set(changed(before.state, training.snapshot().state).map((name) => name.split('/')[0]));
    expect(players).toEqual(new Set(['toReal', 'toSynthetic', 'ofReal', 'ofSynthetic']));
  });

  it("keeps a history of each generator's pictures, and no more than asked", async () => {
    const training = await start(tiny({ learningRate: 1e-9 }));
    await train(training, 1);
    const { blobs, meta } = training.snapshot();
    expect(meta).toMatchObject({ asRealCount: 1, asSyntheticCount: 1 });
    for (const [history, direction, kind] of [
      ['asReal', 'to-real', 'synthetic'],
      ['asSynthetic', 'to-synthetic', 'real'],
    ] as const) {
      const config = tiny({ direction });
      const second = pictures(config, kind, 2, 0).subarray(pictureBytes(config));
      const made = await refined(config, training.generatorWeights(), second);
      expect(furthest(blobs[history]!, made)).toBeLessThanOrEqual(1);
    }
    await train(training, 3);
    const later = training.snapshot();
    expect(later.meta).toMatchObject({ asRealCount: 3, asSyntheticCount: 3 });
    expect(later.blobs.asReal).toHaveLength(3 * pictureBytes(training.config));

    // Both discriminators are shown theirs.
    const loss = async (blobs: Checkpoint['blobs']) => {
      const [report] = await train(await start(later.config, { ...later, blobs: { ...later.blobs, ...blobs } }), 1);
      return report!.losses.discriminator;
    };
    const black = new Uint8Array(later.blobs.asReal!.length);
    const [whole, ...others] = [await loss({}), await loss({ asReal: black }), await loss({ asSynthetic: black })];
    expect(new Set([whole, ...others]).size).toBe(3);
  });
});

describe('direction', () => {
  it('decides which generator refines, and may change between two runs', async () => {
    const training = await start(tiny({ learningRate: 0.02 }));
    await train(training, 2);
    const saved = decodeCheckpoint(encodeCheckpoint(training.snapshot()));
    const back = tiny({ learningRate: 0.02, direction: 'to-synthetic' });
    const goesOn = await start(back, saved);
    expect(goesOn.step).toBe(2);
    expect(changed(saved.state, goesOn.snapshot().state)).toEqual([]);
    expect([cyclegan.refines?.(saved.config), cyclegan.refines?.(back)]).toEqual(['synthetic', 'real']);

    const weights = cyclegan.generatorWeights(saved);
    const x = pictures(saved.config, 'synthetic', 2, 1);
    const exchanged = Object.fromEntries(
      Object.entries(weights).map(([name, value]) => [
        name.startsWith('toReal/') ? name.replace('toReal', 'toSynthetic') : name.replace('toSynthetic', 'toReal'),
        value,
      ]),
    );
    const there = await refined(saved.config, weights, x);
    expect(await refined(back, weights, x)).not.toEqual(there);
    expect(await refined(back, exchanged, x)).toEqual(there);
  });

  it.each([
    ['to-real', 'synthetic'],
    ['to-synthetic', 'real'],
  ] as const)('%s: measures on what it refines, by the names of the inputs', async (direction, kind) => {
    const training = await start(tiny({ direction, checkEvery: 1 }));
    const [report] = await train(training, 1);
    const { heldOut } = report!;
    const before = pictures(training.config, kind, 16, 1000);
    const after = await refined(training.config, training.generatorWeights(), before);
    const change = before.reduce((sum, byte, i) => sum + Math.abs(byte - after[i]!) / 127.5, 0) / before.length;
    expect(heldOut?.change).toBeCloseTo(change, 2);
    // Real pictures of these vary three times as much.
    expect(heldOut?.spread.real).toBeGreaterThan(2 * (heldOut?.spread.synthetic ?? Number.NaN));
    expect(heldOut?.measures?.cycle).toBeGreaterThan(0);
  });
});

it.each([
  ['direction', 'both', /one of to-real, to-synthetic/],
  ['width', 62, /a multiple of 4 from 24/],
  ['historySize', 1, /from 4/],
  ['cycle', -1, /a number from 0/],
])('refuses %s %s', (option, value, message) => {
  expect(() => cyclegan.configure('live', { [option]: value })).toThrow(message);
});
