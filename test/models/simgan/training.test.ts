import { afterEach, describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/index.js';
import type { Engine, State } from '../../../src/engine/types.js';
import type { Checkpoint, RecipeConfig, StepReport, Training } from '../../../src/models/types.js';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/runs/index.js';
import { changed, historyOf, pictureBytes, pictures, reference, simgan, timeless, tiny, train } from '../tiny.js';

/** For hundreds of steps. */
const onnx = await openEngine('onnx', { threads: 1 });

const made: Training[] = [];
async function start(config: RecipeConfig, checkpoint?: Checkpoint, engine: Engine = reference): Promise<Training> {
  const training = await simgan.createTraining(engine, config, checkpoint);
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

describe('generatorWeights', () => {
  it('are the average weights, or the weights themselves without averaging', async () => {
    for (const [emaDecay, kept] of [
      [0.9, 'average'],
      [0, 'weights'],
    ] as const) {
      const training = await start(tiny({ emaDecay }));
      await train(training, 2);
      const checkpoint = training.snapshot();
      const { state } = checkpoint;
      const weights = training.generatorWeights();
      expect(simgan.generatorWeights(training.snapshot())).toEqual(weights);
      expect(Object.keys(weights)).toContain('refiner/weights/last/kernel');
      // What a checkpoint gives to refinement is what a running training gives to it.
      expect(simgan.generatorWeights(checkpoint)).toEqual(weights);
      for (const [name, value] of Object.entries(weights)) {
        expect(value).toEqual(state[`${name.replace('weights', kept)}`]);
      }
    }
  });

  it('are not to be had from a checkpoint without a refiner', async () => {
    const checkpoint = (await start(tiny())).snapshot();
    expect(() => simgan.generatorWeights({ ...checkpoint, state: {} })).toThrow(/holds no refiner/);
  });
});

describe('history', () => {
  it('grows by half a batch a step until it is full, of whole refined pictures', async () => {
    const config = tiny({ historySize: 5 });
    const training = await start(config);
    const counts: number[] = [];
    for (let step = 0; step < 4; step++) {
      const before = historyOf(training.snapshot()).map((picture) => picture.toString('hex'));
      const refiner = await simgan.createRefiner(reference, config, training.generatorWeights());
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
    const config = tiny({ pretrainDiscriminator: 60, learningRate: 0.01, discriminatorFilters: 6, historySize: 0 });
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
    ['dcgan-autoencoder', { batch: 2 }],
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
    ['preset', tiny({}, 'live'), /preset paper, but live was asked for/],
    ['width', tiny({ width: 12 }), /width 10, but 12 was asked for/],
    ['optimiser', tiny({ optimiser: 'sgd' }), /optimiser adam, but sgd was asked for/],
    ['refinerFilters', tiny({ refinerFilters: 5 }), /refinerFilters 4/],
    ['historySize', tiny({ historySize: 7 }), /historySize 6/],
    ['spectralNorm', tiny({ spectralNorm: true }), /spectralNorm false, but true was asked for/],
  ])('says in one line that %s is not the saved one', async (_name, config, message) => {
    const checkpoint = (await start(tiny())).snapshot();
    const error = await start(config, checkpoint).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'CHECKPOINT', message: expect.stringMatching(message) });
    expect((error as Error).message).not.toContain('\n');
  });

  it('lets the objective change, and goes on from checkpoints of before there was a choice', async () => {
    const saved = (await start(tiny())).snapshot();
    const { objective: _o, labelSmoothing: _l, spectralNorm: _s, ...config } = saved.config;
    const resumed = await start(tiny({ objective: 'wasserstein-gp' }), { ...saved, config: config as RecipeConfig });
    const [report] = await train(resumed, 1);
    expect(report).toMatchObject({ step: 1, skipped: 0 });
    expect(report!.losses.penalty).toBeGreaterThan(0);
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
  /** A training whose weights can be spoilt from outside, as bad memory or a bug would. */
  async function spoilable(overrides: Record<string, unknown> = {}, checkpoint?: Checkpoint) {
    const states: State[] = [];
    const engine: Engine = {
      name: reference.name,
      description: reference.description,
      compile: (program, options) => reference.compile(program, options),
      createState(values) {
        const state = reference.createState(values);
        states.push(state);
        return state;
      },
      dispose: async () => undefined,
    };
    const training = await simgan.createTraining(engine, tiny(overrides), checkpoint);
    made.push(training);
    const state = states.at(-1) as State;
    const name = 'refiner/weights/first/kernel';
    const spoil = () => {
      const { shape, data } = state.read([name])[name]!;
      state.write({ [name]: { shape, data: data.map(() => Number.NaN) } });
    };
    return { training, spoil };
  }

  it('with a loss that is not finite counts, and leaves weights and history as they are', async () => {
    const { training, spoil } = await spoilable();
    await train(training, 2);
    spoil();
    const before = training.snapshot();
    const reports = await train(training, 2);
    expect(reports.map(({ skipped }) => skipped)).toEqual([1, 2]);
    expect(reports[0]!.losses.refiner).toBeNaN();
    const after = training.snapshot();
    expect(changed(before.state, after.state)).toEqual([]);
    expect(after.blobs).toEqual(before.blobs);
    expect(after).toMatchObject({ step: 4, meta: { skipped: 2, refusedInRow: 2, rollbacks: 0 } });
    await expect(start(training.config, after)).rejects.toMatchObject({
      code: 'CHECKPOINT',
      message: expect.stringMatching(/first\/kernel in the checkpoint is not finite.*earlier one/),
    });
  });

  it('again and again brings the last good weights back, and learns on', async () => {
    const { training, spoil } = await spoilable({ rollbackAfter: 3 });
    const good = training.snapshot();
    await train(training, 2);
    spoil();
    const reports = await train(training, 3);
    expect(reports.map(({ skipped, rollbacks }) => [skipped, rollbacks])).toEqual([
      [1, 0],
      [2, 0],
      [3, 1],
    ]);
    expect(changed(good.state, training.snapshot().state)).toEqual([]);
    const [next] = await train(training, 1);
    expect(next).toMatchObject({ skipped: 3, rollbacks: 1, step: 6 });
    expect(Number.isFinite(next!.losses.refiner)).toBe(true);
    expect(changed(good.state, training.snapshot().state)).not.toEqual([]);
  });

  it('brings back the same weights in a training that was resumed', async () => {
    const { training, spoil } = await spoilable({ rollbackAfter: 3 });
    await train(training, 2);
    const resumed = await spoilable({ rollbackAfter: 3 }, decodeCheckpoint(encodeCheckpoint(training.snapshot())));
    spoil();
    resumed.spoil();
    const reports = (await train(training, 4)).map(timeless);
    expect((await train(resumed.training, 4)).map(timeless)).toEqual(reports);
    expect(reports.at(-1)).toMatchObject({ rollbacks: 1 });
    expect(changed(training.snapshot().state, resumed.training.snapshot().state)).toEqual([]);
  });

  it('never comes back where that safeguard is off', async () => {
    const { training, spoil } = await spoilable({ rollbackAfter: 0 });
    spoil();
    expect((await train(training, 12)).at(-1)).toMatchObject({ skipped: 12, rollbacks: 0 });
  });

  it('spreads where the refusing is off, as asked for', async () => {
    const { training, spoil } = await spoilable({ refuseNonFinite: false });
    spoil();
    const [report] = await train(training, 1);
    expect(report!.skipped).toBe(0);
    expect(training.snapshot().state['discriminator/weights/last/bias']!.data[0]).toBeNaN();
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

describe.each(['least-squares', 'hinge', 'wasserstein-gp'])('with the objective %s', (objective) => {
  it('accuracy and the balance safeguard mean what they mean with the others', async () => {
    const strong = { learningRate: 0.003, discriminatorFilters: 12, historySize: 0, lambda: 1e6, objective };
    const training = await start(tiny({ ...strong, pretrainDiscriminator: 60 }), undefined, onnx);
    const reports = await train(training, 60 + 110);
    // The sign of a logit is the discriminator's answer, so a discriminator that has learnt is right, and surely so.
    const { accuracy, crossEntropy } = reports[59]!;
    expect(Math.min(accuracy.real, accuracy.refined)).toBeGreaterThan(0.95);
    expect(crossEntropy).toBeLessThan(1.1);
    // λ holds the refiner in place: the discriminator stays too strong and pauses; the refiner never does.
    const paused = new Set(reports.map((report) => report.paused));
    expect([...paused]).toEqual([undefined, 'discriminator']);
    const pausing = reports.find((report) => report.paused !== undefined);
    expect(pausing).not.toHaveProperty('crossEntropy');
  });
});

describe('a discriminator that is far too strong', () => {
  const strong = { learningRate: 0.01, discriminatorFilters: 6, historySize: 0, lambda: 1e6 };

  it('pauses until the refiner has caught up or has had its time; the refiner goes on', async () => {
    const training = await start(tiny({ ...strong, pretrainDiscriminator: 60 }), undefined, onnx);
    const reports = await train(training, 60 + 180);
    const first = reports.findIndex(({ paused }) => paused === 'discriminator');
    expect(first).toBeGreaterThan(60);
    // λ holds the refiner in place, so that the pause lasts as long as it may.
    expect(reports.slice(first, first + 100).every(({ paused }) => paused === 'discriminator')).toBe(true);
    expect(reports[first + 100]!.paused).toBeUndefined();
    const pausing = reports[first]!;
    expect(Object.keys(pausing.losses)).toEqual(['refiner', 'adversarial']);
    expect(pausing.accuracy.refined).toBeGreaterThan(0.9);
    const { state } = training.snapshot();
    expect(state['refiner/optimiser/updates']!.data[0]).toBe(180);
    expect(state['discriminator/optimiser/updates']!.data[0]).toBe(60 + 80);
  });

  it('goes on where that safeguard is off', async () => {
    const training = await start(tiny({ ...strong, pretrainDiscriminator: 60, balance: false }), undefined, onnx);
    const reports = await train(training, 130);
    expect(reports.some(({ paused }) => paused)).toBe(false);
  });
});

describe('held-out pictures', () => {
  it('are asked for every so many steps of the adversarial phase, and measured with the weights of refinement', async () => {
    const config = tiny({ checkEvery: 3, pretrainRefiner: 3, emaDecay: 0.9 });
    const training = await start(config);
    const reports: StepReport[] = [];
    for (let i = 0; i < 6; i++) {
      expect(training.requires.heldOut).toBe(i === 5 ? 16 : undefined);
      reports.push(...(await train(training, 1)));
    }
    expect(reports.map(({ heldOut }) => heldOut !== undefined)).toEqual([false, false, false, false, false, true]);
    const { heldOut } = reports[5]!;
    const x = pictures(config, 'synthetic', 16, 1_005);
    const refiner = await simgan.createRefiner(reference, config, training.generatorWeights());
    const refined = await refiner.refine(x, 16);
    await refiner.dispose();
    const change = refined.reduce((sum, byte, i) => sum + Math.abs(byte - x[i]!), 0) / x.length / 127.5;
    expect(heldOut!.change).toBeCloseTo(change, 2);
    for (const share of [...Object.values(heldOut!.accuracy), ...Object.values(heldOut!.twoSample)]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
    expect(heldOut!.spread.synthetic).toBeGreaterThan(0);
  });

  it('change nothing of what is learnt, and may be missing', async () => {
    const config = tiny({ checkEvery: 2 });
    const [with_, without] = [await start(config), await start(config)];
    await train(with_, 4);
    for (let i = 0; i < 4; i++) {
      const { synthetic, real } = without.requires;
      const report = await without.train({
        synthetic: pictures(config, 'synthetic', synthetic, i),
        real: pictures(config, 'real', real, i),
      });
      expect(report.heldOut).toBeUndefined();
    }
    expect(changed(with_.snapshot().state, without.snapshot().state)).toEqual([]);
  });

  it('of the wrong number are refused', async () => {
    const config = tiny({ checkEvery: 1 });
    const training = await start(config);
    const four = { synthetic: pictures(config, 'synthetic', 4, 0), real: pictures(config, 'real', 4, 0) };
    await expect(training.train({ ...four, heldOut: four })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/held-out synthetic pictures, this step takes 16/),
    });
  });

  it('and the two-sample classifier resume bit for bit; a checkpoint without a classifier begins a new one', async () => {
    const config = tiny({ checkEvery: 4 });
    const whole = await start(config);
    const expected = (await train(whole, 16)).map(timeless);
    const first = await start(config);
    const reports = await train(first, 7);
    const saved = decodeCheckpoint(encodeCheckpoint(first.snapshot()));
    const second = await start(config, saved);
    reports.push(...(await train(second, 9)));
    expect(reports.map(timeless)).toEqual(expected);
    const state = Object.fromEntries(Object.entries(saved.state).filter(([name]) => !name.startsWith('examiner/')));
    const third = await start(config, { ...saved, state });
    const [report] = await train(third, 1);
    expect(report!.heldOut).toBeDefined();
  });
});
