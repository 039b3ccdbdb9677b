import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cgan } from '../../../src/models/cgan.js';
import { gan } from '../../../src/models/gan.js';
import type { Recipe, RecipeConfig, Training, TrainingBatch } from '../../../src/models/types.js';
import { rowsOfPng } from '../../../src/runs/sample-grids/grid.js';
import { gridsOf, inputsFile } from '../../../src/runs/sample-grids/grid-files.js';
import { SampleGrids } from '../../../src/runs/sample-grids/sample-grids.js';
import { pictures, reference, simgan, tiny, train } from '../../models/tiny.js';
import { temporaryFolder } from '../small-checkpoint.js';

let run: string;
let training: Training;
beforeEach(async () => {
  run = await temporaryFolder('grids');
});
afterEach(async () => {
  await training.dispose();
  await rm(run, { recursive: true });
});

async function grids(recipe: Recipe, config: RecipeConfig): Promise<SampleGrids> {
  training = await recipe.createTraining(reference, config);
  return SampleGrids.open(run, reference, recipe, training);
}

const steps = async () => (await gridsOf(run)).map(({ step }) => step);
const bytesAt = async (at: number) => readFileSync((await gridsOf(run)).at(at)?.path as string).toString('base64');

describe('the grids of a recipe that refines', () => {
  const config = tiny();
  const drawn = (count: number, step: number) => ({
    synthetic: pictures(config, 'synthetic', count, step),
    real: pictures(config, 'real', count, step),
  });
  const batch = (): TrainingBatch => {
    const { synthetic, real } = training.requires;
    return {
      synthetic: pictures(config, 'synthetic', synthetic, 0),
      real: pictures(config, 'real', real, 0),
    };
  };

  it('show held-out inputs, at the start and later, the same after a resume', async () => {
    const samples = await grids(simgan, config);
    expect(samples.requires).toEqual({ ...training.requires, heldOut: 8 });
    const heldOut = drawn(8, 7);
    await samples.begin({ ...batch(), heldOut });
    expect(samples.requires).toEqual(training.requires);
    await samples.write();
    expect(await steps()).toEqual([0]);
    await train(training, 2);
    await samples.write();
    expect(await steps()).toEqual([0, 2]);
    expect(await bytesAt(0)).not.toBe(await bytesAt(1));
    expect(await rowsOfPng(readFileSync(inputsFile(run)), config)).toEqual([heldOut.synthetic]);

    const resumed = await simgan.createTraining(reference, config, training.snapshot());
    const again = await SampleGrids.open(run, reference, simgan, resumed);
    expect(again.requires).toEqual(resumed.requires);
    await again.begin({ ...batch(), heldOut: drawn(8, 8) });
    expect(await rowsOfPng(readFileSync(inputsFile(run)), config)).toEqual([heldOut.synthetic]);
    const before = await bytesAt(1);
    await again.write();
    expect([await steps(), await bytesAt(1)]).toEqual([[0, 2], before]);
    await resumed.dispose();
  });

  it('show pictures of the first batch where nothing is held out, others where the file is damaged', async () => {
    const samples = await grids(simgan, config);
    await writeFile(join(run, 'unrelated'), '');
    await samples.begin(batch());
    const inputs = (await rowsOfPng(readFileSync(inputsFile(run)), config)) as Uint8Array[];
    expect(inputs).toEqual([batch().synthetic.slice(0, inputs[0]?.length)]);
    await writeFile(inputsFile(run), 'no picture');
    const again = await SampleGrids.open(run, reference, simgan, training);
    expect(again.requires.heldOut).toBe(8);
    await again.begin({ ...batch(), heldOut: drawn(8, 3) });
    expect(await rowsOfPng(readFileSync(inputsFile(run)), config)).toEqual([drawn(8, 3).synthetic]);
  });

  it('show targets below where it learns from pairs, and the real input where that is refined', async () => {
    const pairs: Recipe = { ...simgan, learnsFrom: 'pairs' };
    await (await grids(pairs, config)).begin({ ...batch(), heldOut: drawn(8, 7) });
    const { synthetic, real } = drawn(8, 7);
    expect(await rowsOfPng(readFileSync(inputsFile(run)), config)).toEqual([synthetic, real]);
    const { width, height } = await sharp((await gridsOf(run))[0]?.path).metadata();
    expect([width, height]).toEqual([8 * (10 * 6 + 2) - 2, 3 * (8 * 6 + 2) - 2]);

    const backward: Recipe = { ...simgan, refines: () => 'real' };
    const again = await SampleGrids.open(run, reference, backward, training);
    await again.begin({ ...batch(), heldOut: drawn(8, 7) });
    expect(await rowsOfPng(readFileSync(inputsFile(run)), config)).toEqual([real]);
  });

  it('are told of where they cannot be written, and come when they can', async () => {
    const samples = await grids(simgan, config);
    await writeFile(join(run, 'samples'), 'in the way');
    await expect(samples.begin(batch())).rejects.toMatchObject({ code: 'SINK' });
    await rm(join(run, 'samples'));
    await samples.write();
    expect(await steps()).toEqual([0]);
  });
});

describe('the grids of a recipe that makes pictures of noise', () => {
  it('show the same noise at every step, and need no inputs', async () => {
    const config = gan.configure('digits', { width: 8, height: 8, units: 4, noiseSize: 3, batch: 4, checkEvery: 0 });
    const samples = await grids(gan, config);
    expect(samples.requires).toEqual(training.requires);
    const real = pictures(config, 'real', 4, 0);
    const batch = { synthetic: new Uint8Array(), real };
    await samples.begin(batch);
    const first = await bytesAt(0);
    await rm((await gridsOf(run))[0]?.path as string);
    const again = await SampleGrids.open(run, reference, gan, training);
    await again.begin(batch);
    expect(await bytesAt(0)).toBe(first);
    await training.train(batch);
    await again.write();
    expect(await steps()).toEqual([0, 1]);
    expect(await bytesAt(1)).not.toBe(first);
  });

  it('have a row for each class, a column for each noise', async () => {
    const classes = ['a', 'b', 'c'];
    const small = { width: 12, height: 8, noiseSize: 5, filters: 3, batch: 4, checkEvery: 0, classes };
    const samples = await grids(cgan, cgan.configure('digits', small));
    const { synthetic, real } = { synthetic: new Uint8Array(), real: pictures(training.config, 'real', 4, 0) };
    await samples.begin({ synthetic, real, labels: new Uint8Array(4) });
    const { width, height } = await sharp((await gridsOf(run))[0]?.path).metadata();
    expect([width, height]).toEqual([8 * (12 * 5 + 2) - 2, 3 * (8 * 5 + 2) - 2]);
  });
});
