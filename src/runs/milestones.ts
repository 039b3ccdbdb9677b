/** The generator at a few early and late steps of a run, for pictures of how it came to be: `milestones/step-NNNNNNNN.irf`. */
import { join } from 'node:path';
import { IrisflowError, messageOf } from '../errors.js';
import type { Checkpoint, Training } from '../models/types.js';
import { encodeCheckpoint } from './checkpoint-format.js';
import { removeSteps, stepName, stepsIn, sweep } from './versions.js';
import { writeAdvice, writeWhole } from './whole-file.js';

const FIRST = 50;

const milestonesFolder = (run: string) => join(run, 'milestones');

/** Steps 0, 50, 100, 200, 400 and so on, each twice the one before: 16 of them within 800,000 steps. */
export function isMilestone(step: number): boolean {
  return step === 0 || (step >= FIRST && Number.isInteger(Math.log2(step / FIRST)));
}

/**
 * Writes the generator as it is now: a checkpoint with nothing but the weights that refinement uses, for `Recipe.generatorWeights`;
 * training cannot go on from it. Throws `CHECKPOINT` where it cannot be written.
 */
export async function writeMilestone(run: string, training: Training): Promise<void> {
  const { step, config } = training;
  const checkpoint: Checkpoint = {
    config,
    step,
    version: step,
    phase: 'milestone',
    state: training.generatorWeights(),
    blobs: {},
    meta: {},
  };
  const folder = milestonesFolder(run);
  try {
    await writeWhole(join(folder, stepName(step)), encodeCheckpoint(checkpoint));
    await sweep(folder);
  } catch (cause) {
    const message = `could not write the milestone of step ${step} in ${folder}: ${messageOf(cause)}; ${writeAdvice(cause)}. Training goes on.`;
    throw new IrisflowError('CHECKPOINT', message, { cause });
  }
}

/** Training goes on from `step`: later milestones are of steps that it makes again. */
export async function forgetMilestones(run: string, step: number): Promise<void> {
  const folder = milestonesFolder(run);
  const later = (await stepsIn(folder)).filter((other) => other > step);
  await removeSteps(folder, later);
}

/** The milestones of a run, the earliest first. */
export async function milestonesOf(run: string): Promise<{ readonly step: number; readonly path: string }[]> {
  const folder = milestonesFolder(run);
  return (await stepsIn(folder)).map((step) => ({ step, path: join(folder, stepName(step)) }));
}
