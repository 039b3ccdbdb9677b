import { afterEach, describe, expect, it } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../../../../src/models/index.js';
import type { Checkpoint, RecipeConfig, Training } from '../../../../src/models/types.js';
import { changed, historyOf, pictureBytes, pictures, reference, simgan, timeless, tiny, train } from '../../tiny.js';

const made: Training[] = [];
async function start(config: RecipeConfig, checkpoint?: Checkpoint): Promise<Training> {
  const training = await simgan.createTraining(reference, config, checkpoint);
  made.push(training);
  return training;
}
afterEach(async () => {
  for (const training of made.splice(0)) await training.dispose();
});

describe('phases', () => {
  it('pre-trains the refiner, then the discriminator, then both, and reports only what it did', async () => {
    const training = await start(tiny({ pretrainRefiner: 2, pretrainDiscriminator: 1 }));
    expect(training.requires).toEqual({ synthetic: 4, real: 0 });
    const [first, second] = await train(training, 2);
    expect([first!.phase, second!.phase]).toEqual(['pretrain-refiner', 'pretrain-refiner']);
    expect(Object.keys(second!.losses)).toEqual(['refiner']);
    expect(second!.accuracy).toEqual({ real: Number.NaN, refined: Number.NaN });
    expect(training.requires).toEqual({ synthetic: 4, real: 4 });
    const before = training.snapshot();
    expect(before.phase).toBe('pretrain-discriminator');
    const [third] = await train(training, 1);
    expect(third!.phase).toBe('pretrain-discriminator');
    expect(changed(before.state, training.snapshot().state).every((name) => name.startsWith('discriminator/'))).toBe(
      true,
    );
    const [fourth] = await train(training, 1);
    expect(fourth).toMatchObject({ step: 4, phase: 'adversarial', skipped: 0 });
    expect(Object.keys(fourth!.losses)).toEqual(['refiner', 'adversarial', 'discriminator']);
    expect(fourth!.change).toBeGreaterThan(0);
    expect(Math.abs(fourth!.time - Date.now())).toBeLessThan(60_000);
  });

  it('makes K_g refiner and K_d discriminator updates a step, each on pictures of its own', async () => {
    const training = await start(tiny({ kG: 3, kD: 2, batch: 2 }));
    expect(training.requires).toEqual({ synthetic: 10, real: 4 });
    await train(training, 2);
    const { state } = training.snapshot();
    expect(state['refiner/optimiser/updates']!.data[0]).toBe(6);
    expect(state['discriminator/optimiser/updates']!.data[0]).toBe(4);
  });
});

describe('refinerWeights', () => {
  it('are the average weights, or the weights themselves without averaging', async () => {
    for (const [averaging, kept] of [
      [0.9, 'average'],
      [0, 'weights'],
    ] as const) {
      const training = await start(tiny({ averaging }));
      await train(training, 2);
      const { state } = training.snapshot();
      const weights = training.refinerWeights();
      expect(simgan.refinerWeights(training.snapshot())).toEqual(weights);
      expect(Object.keys(weights)).toContain('weights/last/kernel');
      for (const [name, value] of Object.entries(weights)) {
        expect(value).toEqual(state[`refiner/${name.replace('weights', kept)}`]);
      }
    }
  });
});

describe('history', () => {
  it('grows by half a batch a step until it is full, of whole refined pictures', async () => {
    const config = tiny({ historySize: 5 });
    const training = await start(config);
    const counts: number[] = [];
    for (let step = 0; step < 4; step++) {
      const before = historyOf(training.snapshot()).map((picture) => picture.toString('hex'));
      const refiner = await simgan.createRefiner(reference, config, training.refinerWeights());
      const refined = await refiner.refine(pictures(config, 'synthetic', 4, step), 4);
      await refiner.dispose();
      await train(training, 1);
      const after = historyOf(training.snapshot()).map((picture) => picture.toString('hex'));
      counts.push(after.length);
      const size = pictureBytes(config);
      const fresh = [2, 3].map((i) => Buffer.from(refined.subarray(i * size, (i + 1) * size)).toString('hex'));
      expect(after.filter((picture) => !before.includes(picture)).toSorted()).toEqual(fresh.toSorted());
    }
    expect(counts).toEqual([2, 4, 5, 5]);
  });
});

describe('accuracy', () => {
  it('is of the real pictures for real and of the refined ones for refined, before the update', async () => {
    const config = tiny({ pretrainDiscriminator: 60, learningRate: 0.01, discriminatorMaps: 6, historySize: 0 });
    const training = await start(config);
    const reports = await train(training, 59);
    expect(reports.at(-1)!.accuracy).toEqual({ real: 1, refined: 1 });
    const checkpoint = training.snapshot();
    const shown = async (kind: 'synthetic' | 'real') => {
      const other = await start(config, checkpoint);
      return (
        await other.train({ synthetic: pictures(config, 'synthetic', 4, 99), real: pictures(config, kind, 4, 99) })
      ).accuracy;
    };
    // What the trained discriminator says of real pictures that look refined: wrong for each of them. Refined stays right.
    expect(await shown('real')).toEqual({ real: 1, refined: 1 });
    const { real, refined } = await shown('synthetic');
    expect(refined).toBe(1);
    expect(real).toBeLessThan(1);
  });
});

describe('resume', () => {
  it.each([
    ['paper', { kG: 2, kD: 1, pretrainRefiner: 1, pretrainDiscriminator: 1 }],
    ['seed', { batch: 2 }],
  ] as const)('%s %o: 2N steps are N steps, a save, a load and N steps, bit for bit', async (preset, overrides) => {
    const config = tiny(overrides, preset);
    const N = preset === 'paper' ? 3 : 1;
    const whole = await start(config);
    const expected = (await train(whole, 2 * N)).map(timeless);

    const first = await start(config);
    const reports = await train(first, N);
    const saved = encodeCheckpoint(first.snapshot());
    await train(first, 1);
    const second = await start(config, decodeCheckpoint(saved));
    expect(second.step).toBe(N);
    reports.push(...(await train(second, N)));

    expect(reports.map(timeless)).toEqual(expected);
    expect(Buffer.from(encodeCheckpoint(second.snapshot())).equals(encodeCheckpoint(whole.snapshot()))).toBe(true);
  });

  it('another seed gives another training', async () => {
    const [a, b] = [await start(tiny()), await start(tiny({ seed: 6 }))];
    expect(timeless((await train(a, 1))[0]!)).not.toEqual(timeless((await train(b, 1))[0]!));
  });

  it('lets learning options change', async () => {
    const { config, ...rest } = (await start(tiny())).snapshot();
    const resumed = await start(tiny({ lambda: 2, learningRate: 1e-3, batch: 6 }), { config, ...rest });
    await train(resumed, 1);
    expect(resumed.config).toMatchObject({ lambda: 2 });
  });

  it.each([
    ['preset', tiny({}, 'live'), /preset paper, asked for is live/],
    ['width', tiny({ width: 12 }), /width 10, asked for is 12/],
    ['optimiser', tiny({ optimiser: 'sgd' }), /optimiser adam, asked for is sgd/],
    ['refinerMaps', tiny({ refinerMaps: 5 }), /refinerMaps 4/],
    ['historySize', tiny({ historySize: 7 }), /historySize 6/],
  ])('says in one line that %s is not the saved one', async (_name, config, message) => {
    const checkpoint = (await start(tiny())).snapshot();
    const error = await start(config, checkpoint).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'CHECKPOINT', message: expect.stringMatching(message) });
    expect((error as Error).message).not.toContain('\n');
  });

  it('refuses tensors and a history that do not fit', async () => {
    const checkpoint = (await start(tiny())).snapshot();
    const { 'refiner/weights/first/bias': _bias, ...state } = checkpoint.state;
    for (const broken of [
      { ...checkpoint, state },
      { ...checkpoint, state: { ...checkpoint.state, surplus: { shape: [], data: Float32Array.of(1) } } },
      { ...checkpoint, blobs: {} },
      { ...checkpoint, meta: { ...checkpoint.meta, historyCount: 5 } },
      { ...checkpoint, meta: {} },
    ]) {
      await expect(start(tiny(), broken)).rejects.toMatchObject({ code: 'CHECKPOINT' });
    }
  });
});

describe('a step that goes wrong', () => {
  it('with a loss that is not finite counts, and leaves weights and history as they are', async () => {
    const training = await start(tiny());
    await train(training, 2);
    const good = training.snapshot();
    const kernel = good.state['refiner/weights/first/kernel']!;
    const poisoned = { ...kernel, data: kernel.data.map((v) => v * Number.POSITIVE_INFINITY) };
    const sick = await start(training.config, {
      ...good,
      state: { ...good.state, 'refiner/weights/first/kernel': poisoned },
    });
    const before = sick.snapshot();
    const reports = await train(sick, 2);
    expect(reports.map(({ skipped }) => skipped)).toEqual([1, 2]);
    expect(reports[0]!.losses.refiner).toBeNaN();
    const after = sick.snapshot();
    expect(changed(before.state, after.state)).toEqual([]);
    expect(after.blobs).toEqual(before.blobs);
    expect(after).toMatchObject({ step: 4, meta: { skipped: 2 } });
  });

  it('with the wrong number of pictures says how many it takes, and changes nothing', async () => {
    const training = await start(tiny());
    const before = training.snapshot();
    const one = pictures(training.config, 'real', 1, 0);
    const four = pictures(training.config, 'real', 4, 0);
    await expect(training.train({ synthetic: four, real: one })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/240 bytes of real pictures, this step takes 4 of 10×8×3/),
    });
    await expect(training.train({ synthetic: new Uint8Array(0), real: four })).rejects.toMatchObject({ code: 'USAGE' });
    expect(training.snapshot()).toEqual(before);
  });

  it('is refused while another runs', async () => {
    const training = await start(tiny());
    const batch = {
      synthetic: pictures(training.config, 'synthetic', 4, 0),
      real: pictures(training.config, 'real', 4, 0),
    };
    const first = training.train(batch);
    await expect(training.train(batch)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/await/),
    });
    expect((await first).step).toBe(1);
    expect((await training.train(batch)).step).toBe(2);
  });
});
