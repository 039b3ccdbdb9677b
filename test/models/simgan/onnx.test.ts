import { afterAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/index.js';
import type { Engine } from '../../../src/engine/types.js';
import { OBJECTIVES, type ObjectiveName } from '../../../src/models/losses/objectives.js';
import type { SimganConfig } from '../../../src/models/simgan-options.js';
import type { Checkpoint, RecipeConfig } from '../../../src/models/types.js';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/runs/index.js';
import { pictureBytes, pictures, reference, simgan, timeless, tiny, train } from '../tiny.js';

const onnx = await openEngine('onnx', { threads: 1 });
afterAll(() => onnx.dispose());

const NAMES = Object.keys(OBJECTIVES) as ObjectiveName[];

const PRESETS = [
  ['paper', {}],
  ['paper', { kG: 2, pretrainRefiner: 1, pretrainDiscriminator: 1, optimiser: 'sgd', learningRate: 0.05 }],
  ['live', { batch: 2, clipNorm: 1 }],
  ['dcgan-autoencoder', { batch: 2 }],
  ['paper-hands', { batch: 2 }],
  ['live', { batch: 2, objective: 'wasserstein-gp', spectralNorm: true, optimiser: 'sgd', learningRate: 1e-4 }],
  ['dcgan-autoencoder', { batch: 2, objective: 'wasserstein-gp', kD: 2 }],
  ['paper', { objective: 'hinge', spectralNorm: true, discriminatorFilters: 6 }],
] as const;

const OTHERS = NAMES.filter((name) => !['non-saturating', 'hinge'].includes(name)).map(
  (objective) => ['paper', { objective, spectralNorm: true, discriminatorFilters: 6 }] as const,
);

async function trained(engine: Engine, config: RecipeConfig, steps: number, checkpoint?: Checkpoint) {
  const training = await simgan.createTraining(engine, config, checkpoint);
  const reports = await train(training, steps);
  const after = training.snapshot();
  await training.dispose();
  return { reports: reports.map(timeless), after };
}

describe('on ONNX Runtime', () => {
  it.each([...PRESETS, ...OTHERS])('%s %o: the same numbers as tf.js itself', async (preset, overrides) => {
    const config = tiny(overrides, preset);
    const [ours, theirs] = [await trained(onnx, config, 2), await trained(reference, config, 2)];
    for (const [i, report] of ours.reports.entries()) {
      const expected = theirs.reports[i]!;
      expect(report.skipped).toBe(0);
      for (const [name, loss] of Object.entries(report.losses))
        expect(loss, name).toBeCloseTo(expected.losses[name]!, 3);
      if (expected.change! >= 0) expect(report.change).toBeCloseTo(expected.change!, 3);
    }
    expect(ours.after.state).not.toEqual({});
    for (const [name, { shape, data }] of Object.entries(ours.after.state)) {
      expect(shape, name).toEqual(theirs.after.state[name]!.shape);
      if (!name.includes('/weights/')) continue;
      // Adam moves a weight by a learning rate a step even where its gradient is rounding error: that far they may differ.
      const { learningRate, discriminatorLrScale, optimiser } = config as SimganConfig;
      const rate = name.startsWith('discriminator/') ? learningRate * discriminatorLrScale : learningRate;
      const tolerance = optimiser === 'adam' ? 6.5 * rate : 1e-3;
      for (const [i, value] of data.entries()) {
        expect(Math.abs(value - theirs.after.state[name]!.data[i]!), name).toBeLessThan(tolerance);
      }
    }
  });

  it.each([...PRESETS, ['live', { batch: 2, irisWeight: 6 }] as const])(
    '%s %o: 2N steps are N steps, a save, a load and N steps, bit for bit',
    async (preset, overrides) => {
      const config = tiny(overrides, preset);
      const whole = await trained(onnx, config, 4);
      const first = await trained(onnx, config, 2);
      const second = await trained(onnx, config, 2, decodeCheckpoint(encodeCheckpoint(first.after)));
      expect([...first.reports, ...second.reports]).toEqual(whole.reports);
      expect(Buffer.from(encodeCheckpoint(second.after)).equals(encodeCheckpoint(whole.after))).toBe(true);
    },
  );

  it('refines as tf.js does, with weights as inputs and as constants', async () => {
    for (const preset of ['paper', 'live', 'dcgan-autoencoder']) {
      const config = tiny({}, preset);
      const { after } = await trained(onnx, config, 2);
      const training = await simgan.createTraining(reference, config, after);
      const x = pictures(config, 'synthetic', 3, 7);
      const refined: Uint8Array[] = [];
      for (const [engine, freeze] of [
        [reference, false],
        [onnx, false],
        [onnx, true],
      ] as const) {
        const refiner = await simgan.createRefiner(engine, config, training.generatorWeights(), { freeze });
        refined.push(await refiner.refine(x, 3));
        await refiner.dispose();
      }
      for (const other of refined.slice(1)) {
        expect(Math.max(...other.map((byte, i) => Math.abs(byte - refined[0]![i]!)))).toBeLessThanOrEqual(1);
      }
    }
  });
});

it('refines with frozen weights whatever the number of filters, also where they fill no block of channels', async () => {
  const config = simgan.configure('live', { width: 24, height: 24, refinerFilters: 24, refinerBlocks: 1 });
  const refiner = await simgan.createRefiner(onnx, config, undefined, { freeze: true });
  const x = pictures(config, 'synthetic', 1, 7);
  // Untrained, it is the identity.
  expect(await refiner.refine(x, 1)).toEqual(x);
  await refiner.dispose();
});

describe('learning', () => {
  it.each(NAMES)('brings the refined pictures toward the real ones with the objective %s', async (objective) => {
    const filters = { refinerFilters: 6, discriminatorFilters: 6 };
    const config = tiny({ learningRate: 0.01, lambda: 0.1, pretrainRefiner: 60, ...filters, objective });
    const brightness = async (after: Checkpoint) => {
      const training = await simgan.createTraining(onnx, config, after);
      const refiner = await simgan.createRefiner(onnx, config, training.generatorWeights());
      const refined = await refiner.refine(pictures(config, 'synthetic', 4, 1000), 4);
      await refiner.dispose();
      await training.dispose();
      return refined.reduce((a, b) => a + b) / refined.length;
    };
    const before = await trained(onnx, config, 60);
    const after = await trained(onnx, config, 80, before.after);
    // Pre-training brings the refiner toward the identity, of pictures with mean 90; real ones have 170.
    expect(before.reports.at(-1)!.change).toBeLessThan(0.4 * before.reports[0]!.change!);
    expect(await brightness(before.after)).toBeLessThan(115);
    expect(await brightness(after.after)).toBeGreaterThan(130);
  });

  it('with batch norm and as many refiner updates as are allowed keeps different pictures different', async () => {
    const config = tiny({ kG: 8, batch: 2, learningRate: 2e-3 }, 'dcgan-autoencoder');
    const { reports, after } = await trained(onnx, config, 12);
    expect(reports.every(({ losses }) => Object.values(losses).every(Number.isFinite))).toBe(true);
    const training = await simgan.createTraining(onnx, config, after);
    const refiner = await simgan.createRefiner(onnx, config, training.generatorWeights());
    const refined = await refiner.refine(pictures(config, 'synthetic', 2, 50), 2);
    const size = pictureBytes(config);
    const difference =
      refined.slice(0, size).reduce((sum, byte, i) => sum + Math.abs(byte - refined[size + i]!), 0) / size;
    expect(difference).toBeGreaterThan(0.5);
    await refiner.dispose();
    await training.dispose();
  });
});
