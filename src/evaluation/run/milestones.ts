/** Reads refiners of earlier steps from the files that training writes to `RUN/milestones`. */
import { readFile } from 'node:fs/promises';
import { messageOf } from '../../errors.js';
import { evenly } from '../../evenly.js';
import type { Checkpoint } from '../../models/types.js';
import { decodeCheckpoint } from '../../runs/checkpoint.js';
import { milestonesOf } from '../../runs/milestones.js';

/**
 * At most `maxCount` milestones before `step`, in the order of their steps: the first, the last, and others between. Empty where the
 * run has none. A milestone that cannot be read is reported and left out.
 */
export async function readMilestones(
  run: string,
  step: number,
  maxCount: number,
  tell: (message: string) => void,
): Promise<Checkpoint[]> {
  const files = (await milestonesOf(run)).filter((file) => file.step < step);
  const milestones: Checkpoint[] = [];
  for (const { path } of evenly(files, maxCount, 'ends')) {
    try {
      milestones.push(decodeCheckpoint(await readFile(path)));
    } catch (error) {
      tell(`the milestone ${path} cannot be read: ${messageOf(error)}. It is left out.`);
    }
  }
  return milestones;
}
