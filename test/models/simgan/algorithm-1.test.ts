import { describe, expect, it } from 'vitest';
import type { TensorRecord } from '../../../src/engine/types.js';
import { OBJECTIVES } from '../../../src/models/losses/objectives.js';
import { algorithm1 } from '../../../src/models/simgan.js';
import { configureSimgan, type SimganConfig } from '../../../src/models/simgan-options.js';
import { unflattened } from '../../../src/models/training/update-outputs.js';
import { initialState, programsOf } from '../../../src/models/training/update-programs.js';
import { randomAt } from '../../../src/random.js';
import { changed, reference, tiny } from '../tiny.js';

const config = (overrides: Record<string, unknown> = {}, preset = 'paper'): SimganConfig => {
  const { recipe: _recipe, preset: name, ...rest } = tiny(overrides, preset);
  return configureSimgan(name, rest);
};

const initial = (c: SimganConfig) => initialState(algorithm1(c), c);
const programs = (c: SimganConfig) => programsOf(algorithm1(c), c);

const NAMES = Object.keys(OBJECTIVES);

/** Inputs of an update: noise for pictures, shares between 0 and 1, 1 for masks, unless given. */
function inputsOf(c: SimganConfig, name: string, given: Record<string, Float32Array> = {}) {
  return Object.fromEntries(
    Object.entries(programs(c)[name]!.inputs).map(([input, { shape }]) => {
      const random = randomAt(2, input);
      const picture = ['x', 'y', 'history'].includes(input);
      const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () =>
        picture ? random.uniform(-1, 1) : input === 'interpolation' ? random.uniform() : 1,
      );
      return [input, given[input] ?? data];
    }),
  );
}

/** One run from the given state: outputs, and the state after. */
async function once(
  c: SimganConfig,
  name: string,
  state: TensorRecord = initial(c),
  given: Record<string, Float32Array> = {},
) {
  const { program, inputs } = programs(c)[name]!;
  const held = reference.createState(state);
  const compiled = await reference.compile(program, { inputs, state: held });
  const outputs = unflattened(await compiled.run(inputsOf(c, name, given)));
  await compiled.dispose();
  return { outputs, after: held.read() };
}

/** The same state with `by` added to one value. */
function nudged(state: TensorRecord, name: string, index: number, by: number): TensorRecord {
  const data = state[name]!.data.slice();
  data[index]! += by;
  return { ...state, [name]: { shape: state[name]!.shape, data } };
}

/** The same state with biases off 0, where units that see zeros only would sit on the kink of ReLU. */
function offKinks(state: TensorRecord): TensorRecord {
  const moved = Object.entries(state).filter(([name]) => /^discriminator.weights.*.bias$/.test(name));
  return {
    ...state,
    ...Object.fromEntries(
      moved.map(([name, { shape, data }]) => [name, { shape, data: data.map((_, i) => 0.1 + 0.03 * i) }]),
    ),
  };
}

describe('the updates of Algorithm 1', () => {
  it.each([
    ...['paper', 'live', 'dcgan-autoencoder'].map((preset) => [preset, {}] as const),
    ...NAMES.map((objective) => ['paper', { objective, spectralNorm: true, discriminatorFilters: 6 }] as const),
    ['dcgan-autoencoder', { objective: 'wasserstein-gp' }] as const,
    ['paper-hands', { objective: 'wasserstein-gp' }] as const,
  ])('%s %o: an update of one network changes nothing of the other', async (preset, options) => {
    const c = config({ batch: 2, ...options }, preset);
    const state = initial(c);
    const names = (prefix: RegExp) => Object.keys(state).filter((name) => prefix.test(name));
    for (const [update, own] of [
      ['refiner', 'refiner'],
      ['refinerAlone', 'refiner'],
      ['discriminator', 'discriminator'],
    ] as const) {
      const { after } = await once(c, update, state);
      const touched = changed(state, after);
      expect(touched.filter((name) => !name.startsWith(`${own}/`))).toEqual([]);
      // The live refiner starts as the identity: alone it has nothing to learn.
      if (preset === 'live' && update === 'refinerAlone') continue;
      expect(touched).toContain(`${own}/weights/${own === 'refiner' ? 'last' : 'conv1'}/kernel`);
      expect(after[`${own}/optimiser/updates`]!.data[0]).toBe(1);
    }
    const both = changed(state, (await once(c, 'joint', state)).after);
    expect(both).toEqual(expect.arrayContaining(names(/\/statistics\//)));
    expect(both.some((name) => name.startsWith('refiner/weights/'))).toBe(true);
    expect(both.some((name) => name.startsWith('discriminator/weights/'))).toBe(true);
  });

  it.each([
    ...NAMES.map((objective) => ['refiner', { objective }] as const),
    ['refiner', { toneMatch: 20 }] as const,
    ['refiner', { detailMatch: 1 }] as const,
    // The slope of a critic jumps at the kinks of ReLU, so single weights do not show the slope of its penalty.
    ...NAMES.filter((name) => name !== 'wasserstein-gp').map((objective) => ['discriminator', { objective }] as const),
    ['refiner', { objective: 'least-squares', discriminatorOutput: 'image' }] as const,
    ['discriminator', { objective: 'hinge', discriminatorOutput: 'image' }] as const,
    ['discriminator', { labelSmoothing: 0.1 }] as const,
    ['discriminator', { objective: 'least-squares', labelSmoothing: 0.2 }] as const,
  ])('%s %o: goes down the gradient of its loss, which finite differences confirm', async (update, options) => {
    const own = update;
    const c = config({ optimiser: 'sgd', learningRate: 1, lambda: 0.7, ...options });
    const state = offKinks(initial(c));
    const { after } = await once(c, update, state);
    const everything = Object.keys(state).filter((name) => name.startsWith(`${own}/weights/`));
    // How a loss reaches the weights of a network is the same for all: one objective goes through every one.
    const stride = 'objective' in options && options.objective === 'non-saturating' ? 1 : 3;
    const weights = everything.filter((_, i) => i % stride === 0);
    const random = randomAt(4, own);
    for (const name of weights) {
      const index = random.integer(state[name]!.data.length);
      const at = async (by: number) => (await once(c, update, nudged(state, name, index, by))).outputs.losses[update]!;
      const slope = ((await at(1e-3)) - (await at(-1e-3))) / 2e-3;
      const taken = after[name]!.data[index]! - state[name]!.data[index]!;
      expect(Math.abs(taken + slope), `${name}[${index}]`).toBeLessThan(0.002 + 0.03 * Math.abs(slope));
    }
  });

  it.each([{}, { spectralNorm: true }])(
    'a critic goes down the gradient of its whole loss, penalty included: %o',
    async (options) => {
      const learningRate = 1e-4;
      const c = config({
        objective: 'wasserstein-gp',
        optimiser: 'sgd',
        learningRate,
        discriminatorFilters: 6,
        ...options,
      });
      // Vectors that have settled: the gradient takes them for constants.
      let state = offKinks(initial(c));
      for (let i = 0; i < 15 && c.spectralNorm; i++) {
        const { after } = await once(config({ ...c, learningRate: 1e-9 }), 'discriminator', state);
        state = after;
      }
      const { after, outputs } = await once(c, 'discriminator', state);
      expect(outputs.losses.penalty!).toBeGreaterThan(0);
      const weights = Object.keys(state).filter((name) => name.startsWith('discriminator/weights/'));
      const moved = (by: number): TensorRecord => {
        const entries = weights.map((name) => {
          const { shape, data } = state[name]!;
          return [name, { shape, data: data.map((x, i) => x + by * (after[name]!.data[i]! - x)) }] as const;
        });
        return { ...state, ...Object.fromEntries(entries) };
      };
      const at = async (by: number) => (await once(c, 'discriminator', moved(by))).outputs.losses.discriminator!;
      let squares = 0;
      for (const name of weights) {
        for (const [i, x] of state[name]!.data.entries()) squares += (after[name]!.data[i]! - x) ** 2;
      }
      const expected = squares / learningRate;
      const found = (await at(-1)) - (await at(1));
      expect(Math.abs(found / 2 - expected), `${found / 2} for ${expected}`).toBeLessThan(0.1 * expected);
    },
  );

  it('reports one unit for every objective, and the penalty where there is one', async () => {
    const reports = await Promise.all(
      NAMES.map(async (objective) => (await once(config({ objective }), 'discriminator')).outputs),
    );
    const byName = Object.fromEntries(NAMES.map((name, i) => [name, reports[i]!]));
    expect(byName['non-saturating']!.metrics.crossEntropy).toEqual(byName['non-saturating']!.losses.discriminator);
    for (const name of ['minimax', 'least-squares', 'hinge'])
      expect(byName[name]!.metrics.crossEntropy, name).toEqual(byName['non-saturating']!.metrics.crossEntropy);
    for (const [name, outputs] of Object.entries(byName)) {
      expect(outputs.metrics.accuracyReal, name).toEqual(byName.minimax!.metrics.accuracyReal);
      expect('penalty' in outputs.losses, name).toBe(name === 'wasserstein-gp');
    }
  });

  it('joint: is exactly the two updates from the same old weights', async () => {
    const c = config();
    const state = initial(c);
    const both = await once(c, 'joint', state);
    const [R, D] = [await once(c, 'refiner', state), await once(c, 'discriminator', state)];
    for (const name of Object.keys(state)) {
      expect(both.after[name]!.data, name).toEqual((name.startsWith('refiner') ? R : D).after[name]!.data);
    }
    expect(both.outputs.losses.refiner).toEqual(R.outputs.losses.refiner);
    expect(both.outputs.buffers.history).toEqual(D.outputs.buffers.history);
  });

  it('L_R is the adversarial loss plus λ times the change, and the change alone before', async () => {
    const { outputs } = await once(config({ lambda: 0.7 }), 'refiner');
    const change = outputs.metrics.change!;
    expect(outputs.losses.refiner!).toBeCloseTo(outputs.losses.adversarial! + 0.7 * change, 5);
    const alone = await once(config({ lambda: 0.7 }), 'refinerAlone');
    expect(alone.outputs.losses.refiner!).toBeCloseTo(change, 6);
    expect(alone.outputs.losses).not.toHaveProperty('adversarial');
  });

  it.each([{ kG: 1 }, { kG: 2 }])('toneMatch draws L_R to the tones of the real pictures: %o', async (steps) => {
    const plain = await once(config(steps), 'refiner');
    const c = config({ ...steps, toneMatch: 20 });
    const state = initial(c);
    const size = c.batch * c.width * c.height * 3;
    const light = new Float32Array(size).fill(0.9);
    const far = await once(c, 'refiner', state, { y: light });
    expect(far.outputs.losses.refiner!).toBeGreaterThan(plain.outputs.losses.refiner! + 1);
    const bias = 'refiner/weights/last/bias';
    const lighter = (r: { after: TensorRecord }) => r.after[bias]!.data[0]! - state[bias]!.data[0]!;
    expect(lighter(far)).toBeGreaterThan(0);
    expect(lighter(await once(c, 'refiner', state, { y: light.map((v) => -v) }))).toBeLessThan(0);
  });

  it('costs nothing to change the tone where tone is free', async () => {
    const lighter = (c: SimganConfig) => {
      const state = initial(c);
      const name = 'refiner/weights/last/bias';
      const { shape, data } = state[name]!;
      // Colour is the first three maps of the live refiner's last layer.
      return { ...state, [name]: { shape, data: data.map((_, i) => (i < 3 ? 0.1 : 0)) } };
    };
    const loss = async (tone: string) => {
      const c = config({ batch: 2, tone }, 'live');
      const x = Float32Array.from({ length: 2 * c.width * c.height * 3 }, (_, i) => 0.5 * Math.sin(i));
      const { outputs } = await once(c, 'refinerAlone', lighter(c), { x });
      expect(outputs.metrics.change).toBeCloseTo(0.1, 4);
      return outputs.losses.refiner!;
    };
    expect(await loss('kept')).toBeCloseTo(0.1, 4);
    expect(await loss('free')).toBeCloseTo(0, 4);
  });

  it('lets the discriminator learn at a pace of its own', async () => {
    const moved = async (discriminatorLrScale: number) => {
      const c = config({ optimiser: 'sgd', learningRate: 0.01, discriminatorLrScale });
      const state = initial(c);
      const { after } = await once(c, 'joint', state);
      return (name: string) => after[name]!.data[0]! - state[name]!.data[0]!;
    };
    const [even, fast] = [await moved(1), await moved(3)];
    const [ofR, ofD] = ['refiner/weights/last/bias', 'discriminator/weights/conv1/bias'];
    expect(fast(ofR!)).toBeCloseTo(even(ofR!), 7);
    expect(fast(ofD!) / even(ofD!)).toBeCloseTo(3, 2);
  });

  it('tells how much of the variety of its inputs the refined pictures keep', async () => {
    const c = config();
    const untouched = await once(config({ batch: 2 }, 'live'), 'refiner');
    expect(untouched.outputs.metrics.variety).toBeCloseTo(1, 5);
    const state = initial(c);
    const last = 'refiner/weights/last/kernel';
    const collapsed = { ...state, [last]: { ...state[last]!, data: new Float32Array(state[last]!.data.length) } };
    expect((await once(c, 'refiner', collapsed)).outputs.metrics.variety).toBeLessThan(1e-3);
  });

  it('shows the discriminator half fresh pictures and half history, none of them twice', async () => {
    const c = config({ batch: 4 });
    const size = c.width * c.height * 3;
    const picture = (seed: number) => Float32Array.from({ length: 2 * size }, (_, i) => Math.sin(i * seed));
    const x = (first: number, second: number) => Float32Array.of(...picture(first), ...picture(second));
    const loss = async (given: Record<string, Float32Array>) =>
      (await once(c, 'discriminator', undefined, given)).outputs.losses.discriminator!;
    const remembered = Float32Array.of(1, 1);
    const base = { x: x(0.1, 0.2), history: picture(0.3), 'history-remembered': remembered };
    const usual = await loss(base);
    expect(await loss({ ...base, x: x(0.1, 0.9) })).toBe(usual);
    expect(await loss({ ...base, x: x(0.9, 0.2) })).not.toBe(usual);
    expect(await loss({ ...base, history: picture(0.9) })).not.toBe(usual);
    // A short history is made up by fresh pictures, place by place.
    const short = { ...base, 'history-remembered': Float32Array.of(1, 0) };
    const shortLoss = await loss(short);
    expect(await loss({ ...short, x: x(0.1, 0.9) })).not.toBe(shortLoss);
    expect(
      await loss({ ...short, history: Float32Array.of(...picture(0.3).slice(0, size), ...picture(0.9).slice(size)) }),
    ).toBe(shortLoss);
  });

  it('hands out for the history the fresh pictures that the discriminator did not see', async () => {
    const c = config({ batch: 5 });
    const { outputs } = await once(c, 'discriminator');
    expect(outputs.buffers.history!.length).toBe(2 * c.width * c.height * 3);
    expect(Math.max(...outputs.buffers.history!)).toBeLessThan(1);
  });

  it('without a history takes fresh pictures only', async () => {
    const c = config({ historySize: 0 });
    expect(Object.keys(programs(c).discriminator!.inputs)).toEqual(['x', 'y']);
    expect((await once(c, 'discriminator')).outputs.buffers).toEqual({});
  });

  it('knows a local and a global loss', async () => {
    const [local, global] = [
      await once(config(), 'discriminator'),
      await once(config({ discriminatorOutput: 'image' }), 'discriminator'),
    ];
    // The same at the mean logit, but softplus is convex: one loss a patch can only be larger.
    expect(global.outputs.losses.discriminator!).toBeLessThan(local.outputs.losses.discriminator!);
  });

  it.each([
    ['refiner', 'discriminator/weights/last/bias'],
    ['discriminator', 'discriminator/weights/last/bias'],
    ['joint', 'refiner/weights/first/kernel'],
  ] as const)('%s: a loss that is not finite changes no weight, moment, statistic or count', async (update, broken) => {
    const c = config({ spectralNorm: true });
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const state = nudged(initial(c), broken, 0, value);
      const { outputs, after } = await once(c, update, state);
      expect(changed(state, after)).toEqual([]);
      for (const [name, accepted] of Object.entries(outputs.accepted)) expect(accepted, name).toBe(0);
    }
  });

  it('averages the refiner weights, by the share asked for, and only over accepted updates', async () => {
    const c = config({ emaDecay: 0.75, learningRate: 0.1 });
    const fresh = initial(c);
    const name = 'refiner/weights/last/kernel';
    const average = 'refiner/average/last/kernel';
    expect(fresh[average]).toEqual(fresh[name]);
    const state = nudged(fresh, average, 0, 1);
    for (const update of ['refiner', 'refinerAlone', 'joint'] as const) {
      const { after } = await once(c, update, state);
      for (const [i, before] of state[average]!.data.entries()) {
        expect(after[average]!.data[i]).toBeCloseTo(before + 0.25 * (after[name]!.data[i]! - before), 5);
      }
    }
    const broken = nudged(state, 'discriminator/weights/last/bias', 0, Number.NaN);
    expect(changed(broken, (await once(c, 'refiner', broken)).after)).toEqual([]);
    expect(changed(state, (await once(c, 'discriminator', state)).after)).not.toContain(average);
  });

  it('keeps batch norm statistics too when it refuses an update', async () => {
    const c = config({ batch: 2 }, 'dcgan-autoencoder');
    const state = nudged(initial(c), 'refiner/weights/down0/kernel', 0, Number.NaN);
    const { after } = await once(c, 'refiner', state);
    expect(changed(state, after)).toEqual([]);
  });

  it('clips gradients to a norm', async () => {
    const c = config({ optimiser: 'sgd', learningRate: 1, clipNorm: 0.01 });
    const state = initial(c);
    for (const [update, own] of [
      ['refiner', 'refiner/'],
      ['discriminator', 'discriminator/'],
    ] as const) {
      const { after } = await once(c, update, state);
      let squares = 0;
      for (const name of Object.keys(state).filter((n) => n.startsWith(own))) {
        for (const [i, value] of after[name]!.data.entries()) squares += (value - state[name]!.data[i]!) ** 2;
      }
      expect(Math.sqrt(squares)).toBeCloseTo(0.01, 4);
    }
  });
});
