/** The refiner as it was at earlier steps, from the files that training leaves in `RUN/milestones`. */
import { readFile } from 'node:fs/promises';
import { messageOf } from '../../errors.js';
import { evenly } from '../../evenly.js';
import type { Checkpoint } from '../../models/types.js';
import { decodeCheckpoint } from '../../runs/checkpoint.js';
import { milestonesOf } from '../../runs/milestones.js';

/**
 * Milestones before `step`, by rising step, at most `most` of them: the first, the last, and others between. Empty where the run has
 * none. One that cannot be read is told of and left out.
 */
export async function readMilestones(
  run: string,
  step: number,
  most: number,
  tell: (message: string) => void,
): Promise<Checkpoint[]> {
  const files = (await milestonesOf(run)).filter((file) => file.step < step);
  const milestones: Checkpoint[] = [];
  for (const { path } of evenly(files, most, 'ends')) {
    try {
      milestones.push(decodeCheckpoint(await readFile(path)));
    } catch (error) {
      tell(`the milestone ${path} cannot be read: ${messageOf(error)}. It is left out.`);
    }
  }
  return milestones;
}
