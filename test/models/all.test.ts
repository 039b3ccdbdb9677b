/** What every recipe must do, in a size that trains in milliseconds. A new recipe adds its row to `ROWS`. */
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/index.js';
import { OBJECTIVES } from '../../src/models/losses/objectives.js';
import { recipes } from '../../src/models/registry.js';
import type {
  Checkpoint,
  DrawnPictures,
  Recipe,
  RecipeConfig,
  Requirements,
  RunningGenerator,
  StepReport,
  Training,
} from '../../src/models/types.js';
import { randomAt } from '../../src/random.js';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/runs/index.js';
import { changed, pictureBytes, pictures, timeless } from './tiny.js';

interface Row {
  readonly recipe: string;
  /** Default: the recipe's first. */
  readonly preset?: string;
  /** What makes it small. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Objectives that it refuses. Default: none. */
  readonly without?: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    recipe: 'simgan',
    preset: 'paper',
    options: {
      ...{ width: 10, height: 8, refinerBlocks: 1, refinerFilters: 4, discriminatorFilters: 6, historySize: 6 },
      ...{ kG: 1, pretrainRefiner: 0, pretrainDiscriminator: 0 },
    },
  },
  { recipe: 'gan', options: { width: 8, height: 9, noiseSize: 5, units: 8 } },
  { recipe: 'dcgan', options: { width: 16, height: 24, noiseSize: 5, filters: 2 } },
  { recipe: 'cgan', options: { width: 12, height: 8, noiseSize: 5, filters: 3, classes: ['a', 'b', 'c'] } },
  { recipe: 'saliency', options: { width: 16, height: 24, filters: 2, discriminatorFilters: 2 } },
  {
    recipe: 'frontalise',
    preset: 'faces',
    options: { width: 24, height: 16, filters: 2, blocks: 1, discriminatorFilters: 2 },
  },
  { recipe: 'pix2pix', options: { width: 24, height: 16, filters: 3, dropout: 0.5 } },
  {
    recipe: 'srgan',
    options: { width: 24, height: 28, filters: 3, blocks: 1, discriminatorFilters: 2, pretrain: 0 },
  },
  {
    recipe: 'cyclegan',
    options: {
      ...{ width: 24, height: 28, batch: 2, historySize: 3 },
      ...{ generatorFilters: 2, generatorBlocks: 1, discriminatorFilters: 2 },
    },
  },
];

const COMMON = { batch: 4, emaDecay: 0.9, rollbackAfter: 0, checkEvery: 0, seed: 5 };

/** Each as tf.js itself computes it, and the exact resume as a live session runs it. */
const [reference, onnx] = [await openEngine('reference'), await openEngine('onnx', { threads: 1 })];

const named = (name: string) => recipes.find((recipe) => recipe.name === name) as Recipe;

function configOf({ recipe, preset, options }: Row, overrides: Record<string, unknown> = {}): RecipeConfig {
  const known = named(recipe);
  return known.configure(preset ?? (known.presets[0] as string), { ...COMMON, ...options, ...overrides });
}

function drawn(config: RecipeConfig, { synthetic, real }: Requirements, step: number): DrawnPictures {
  const classes = config.classes as readonly string[] | undefined;
  return {
    synthetic: pictures(config, 'synthetic', synthetic, step),
    real: pictures(config, 'real', real, step),
    ...(classes && { labels: Uint8Array.from({ length: real }, (_, i) => (i + step) % classes.length) }),
  };
}

/** Trains on pictures that are a function of the step. */
async function train(training: Training, learnsFrom: Recipe['learnsFrom'], steps: number): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for (let i = 0; i < steps; i++) {
    const { config, requires, step } = training;
    const two = learnsFrom === 'pairs' || learnsFrom === 'unpaired';
    const { heldOut } = requires;
    const measured = heldOut && { synthetic: two ? heldOut : 0, real: heldOut };
    reports.push(
      await training.train({
        ...drawn(config, requires, step),
        ...(measured && { heldOut: drawn(config, measured, 1_000 + step) }),
      }),
    );
  }
  return reports;
}

async function played(
  row: Row,
  config: RecipeConfig,
  steps: number,
  checkpoint?: Checkpoint,
  engine = reference,
): Promise<{ reports: StepReport[]; saved: Checkpoint }> {
  const recipe = named(row.recipe);
  const training = await recipe.createTraining(engine, config, checkpoint);
  const reports = await train(training, recipe.learnsFrom, steps);
  const saved = training.snapshot();
  await training.dispose();
  return { reports, saved };
}

/** A generator, and what it makes of the same `count` inputs each time. */
async function running(row: Row, config: RecipeConfig, weights?: Checkpoint['state']) {
  const recipe = named(row.recipe);
  const generator = recipe.createRefiner
    ? await recipe.createRefiner(reference, config, weights)
    : await recipe.createSampler?.(reference, config, weights);
  if (!generator) throw new Error(`${recipe.name} has no generator`);
  const make = async (count: number): Promise<Uint8Array> => {
    if ('refine' in generator) {
      const inputs = pictures(config, 'synthetic', 9, 3);
      return generator.refine(inputs.subarray(0, count * pictureBytes(config)), count);
    }
    const random = randomAt(3, 'noise');
    const noise = Float32Array.from({ length: count * generator.noiseSize }, () => random.normal());
    return generator.sample(noise, count, drawn(config, { synthetic: 0, real: count }, 0).labels);
  };
  return { generator: generator as RunningGenerator, make };
}

/** Players of a checkpoint by the side that they are on. */
function sides(recipe: Recipe, checkpoint: Checkpoint) {
  const player = (name: string) => name.split('/')[0] as string;
  const generators = new Set(Object.keys(recipe.generatorWeights(checkpoint)).map(player));
  const others = new Set(
    Object.keys(checkpoint.state)
      .map(player)
      .filter((name) => !generators.has(name)),
  );
  return { generators, others, player };
}

it('every recipe has its row', () => {
  expect(ROWS.map(({ recipe }) => recipe)).toEqual(expect.arrayContaining(recipes.map(({ name }) => name)));
});

describe.each(ROWS)('$recipe', (row) => {
  const recipe = named(row.recipe);
  const { without = [] } = row;

  it('says what it is, and gives every preset in full, as JSON that reads back', async () => {
    expect(recipe.description.split('\n')).toHaveLength(1);
    for (const preset of recipe.presets) {
      const config = recipe.configure(preset, {});
      expect(config).toMatchObject({ recipe: row.recipe, preset, seed: 1 });
      const { recipe: _recipe, preset: _preset, ...rest } = JSON.parse(JSON.stringify(config));
      expect(recipe.configure(preset, rest)).toEqual(config);
    }
  });

  it.each(Object.keys(OBJECTIVES))(
    'trains with %s, with spectral normalisation, or says that it cannot',
    async (objective) => {
      const overrides = { objective, spectralNorm: true };
      if (without.includes(objective)) {
        expect(() => configOf(row, overrides)).toThrow(expect.objectContaining({ code: 'USAGE' }));
        return;
      }
      const { reports, saved } = await played(row, configOf(row, overrides), 2);
      for (const report of reports) {
        expect(report.skipped).toBe(0);
        for (const [name, loss] of Object.entries(report.losses)) expect(loss, name).toSatisfy(Number.isFinite);
        for (const share of Object.values(report.accuracy)) expect(share >= 0 && share <= 1).toBe(true);
      }
      const names = Object.keys(saved.state);
      expect(names.some((name) => name.endsWith('/kernel/u'))).toBe(true);
      for (const name of names) expect(saved.state[name]?.data.every(Number.isFinite), name).toBe(true);
    },
  );

  it('freezes the discriminators while the generators move, and the reverse', async () => {
    const start = await played(row, configOf(row, { spectralNorm: true }), 1);
    const { generators, others, player } = sides(recipe, start.saved);
    expect(others.size).toBeGreaterThan(0);
    for (const [turn, moving] of [
      ['refiner', generators],
      ['discriminator', others],
    ] as const) {
      const balance = { turn, age: 0, real: 1, refined: 1, loss: 10 };
      const paused = { ...start.saved, meta: { ...start.saved.meta, balance } };
      const { reports, saved } = await played(row, paused.config, 1, paused);
      expect(reports[0]?.paused).toBe(turn === 'refiner' ? 'discriminator' : 'refiner');
      const moved = changed(start.saved.state, saved.state);
      expect(new Set(moved.map(player))).toEqual(moving);
      expect(moved.some((name) => name.includes('/weights/'))).toBe(true);
      expect(moved.some((name) => name.includes('/optimiser/'))).toBe(true);
    }
  });

  it('2N steps are N steps, a save, a load and N steps, bit for bit', async () => {
    const config = configOf(row, { checkEvery: 2, rollbackAfter: 10 });
    const whole = await played(row, config, 4, undefined, onnx);
    const first = await played(row, config, 2, undefined, onnx);
    const second = await played(row, config, 2, decodeCheckpoint(encodeCheckpoint(first.saved)), onnx);
    expect([...first.reports, ...second.reports].map(timeless)).toEqual(whole.reports.map(timeless));
    expect(Buffer.from(encodeCheckpoint(second.saved)).equals(encodeCheckpoint(whole.saved))).toBe(true);
    // It measured on held-out pictures on the way.
    expect(whole.reports.map(({ heldOut }) => heldOut !== undefined)).toEqual([false, true, false, true]);
    for (const { heldOut } of whole.reports.filter((report) => report.heldOut)) {
      expect(heldOut?.variety).toSatisfy(Number.isFinite);
      for (const [name, value] of Object.entries(heldOut?.measures ?? {}))
        expect(value, name).toSatisfy(Number.isFinite);
    }
  });

  it('refuses a checkpoint of another size', async () => {
    const { saved } = await played(row, configOf(row), 0);
    const other = { ...saved, config: { ...saved.config, width: 2 * saved.config.width } };
    await expect(recipe.createTraining(reference, configOf(row), other)).rejects.toMatchObject({ code: 'CHECKPOINT' });
    expect(() => recipe.generatorWeights({ ...saved, state: {} })).toThrow(
      expect.objectContaining({ code: 'CHECKPOINT' }),
    );
  });

  it('makes whole pictures, the same in any number, of new weights once written, and refuses wrong ones', async () => {
    const config = configOf(row, { learningRate: 0.05 });
    const { saved } = await played(row, config, 2);
    const { generator, make } = await running(row, config);
    const untrained = await make(9);
    expect(untrained.length).toBe(9 * pictureBytes(config));
    expect(await make(2)).toEqual(untrained.slice(0, 2 * pictureBytes(config)));
    expect(await make(0)).toHaveLength(0);
    const weights = recipe.generatorWeights(saved);
    const { [Object.keys(weights)[0] as string]: _first, ...incomplete } = weights;
    expect(() => generator.write(incomplete)).toThrow(expect.objectContaining({ code: 'MODEL' }));
    expect(await make(9)).toEqual(untrained);
    generator.write(weights);
    const trained = await make(9);
    expect(trained).not.toEqual(untrained);
    const fresh = await running(row, config, weights);
    expect(await fresh.make(9)).toEqual(trained);
    await fresh.generator.dispose();
    await generator.dispose();
  });
});
