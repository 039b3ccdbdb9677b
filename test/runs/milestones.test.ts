import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/runs/checkpoint-format.js';
import { forgetMilestones, isMilestone, milestonesOf, writeMilestone } from '../../src/runs/milestones.js';
import { reference, simgan, tiny, train } from '../models/tiny.js';
import { temporaryFolder } from './small-checkpoint.js';

let run: string;
beforeEach(async () => {
  run = await temporaryFolder('milestones');
});
afterEach(() => rm(run, { recursive: true }));

describe('isMilestone', () => {
  it('holds for few steps, each twice the one before', () => {
    const steps = Array.from({ length: 1_000_000 }, (_, step) => step).filter(isMilestone);
    expect(steps.slice(0, 6)).toEqual([0, 50, 100, 200, 400, 800]);
    expect(steps).toHaveLength(16);
  });
});

describe('milestones', () => {
  it('hold what refinement uses and nothing else, and are no checkpoint to go on from', async () => {
    const config = tiny({ emaDecay: 0.9 });
    const training = await simgan.createTraining(reference, config);
    await train(training, 1);
    await writeMilestone(run, training);
    const [{ step, path }] = (await milestonesOf(run)) as [{ step: number; path: string }];
    expect(step).toBe(1);
    const milestone = decodeCheckpoint(await readFile(path));
    expect(milestone).toMatchObject({ step: 1, config, blobs: {} });
    expect(simgan.generatorWeights(milestone)).toEqual(training.generatorWeights());
    expect((await stat(path)).size).toBeLessThan(encodeCheckpoint(training.snapshot()).length / 3);
    await (await simgan.createRefiner(reference, config, simgan.generatorWeights(milestone))).dispose();
    await expect(simgan.createTraining(reference, config, milestone)).rejects.toMatchObject({ code: 'CHECKPOINT' });
    await training.dispose();
  });

  it('come in the order of steps, without those that are made again', async () => {
    expect(await milestonesOf(run)).toEqual([]);
    await forgetMilestones(run, 0);
    await mkdir(join(run, 'milestones'));
    for (const step of ['00000000', '00000800', '00000100', '100000000']) {
      await writeFile(join(run, 'milestones', `step-${step}.irf`), '');
    }
    expect((await milestonesOf(run)).map(({ step }) => step)).toEqual([0, 100, 800, 100_000_000]);
    await forgetMilestones(run, 100);
    expect((await milestonesOf(run)).map(({ step }) => step)).toEqual([0, 100]);
  });

  it('cost the training nothing where they cannot be written', async () => {
    const training = await simgan.createTraining(reference, tiny());
    await writeFile(join(run, 'milestones'), 'in the way');
    const message = expect.stringMatching(/milestone of step 0 .*Training goes on/);
    await expect(writeMilestone(run, training)).rejects.toMatchObject({ code: 'CHECKPOINT', message });
    await training.dispose();
  });
});
