/** The refiner as it was at earlier steps, from the files that training leaves in `RUN/milestones`. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../errors.js';
import { decodeCheckpoint } from '../../models/checkpoint.js';
import type { Checkpoint } from '../../models/types.js';

const FOLDER = 'milestones';
const NAME = /^step-(\d+)\.irf$/;

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
  const names = await readdir(join(run, FOLDER)).catch((): string[] => []);
  const files = names
    .map((name) => ({ name, step: Number(NAME.exec(name)?.[1] ?? Number.NaN) }))
    .filter((file) => file.step < step)
    .sort((a, b) => a.step - b.step);
  const count = Math.min(most, files.length);
  const chosen = Array.from(
    { length: count },
    (_, i) => files[count === 1 ? 0 : Math.round((i * (files.length - 1)) / (count - 1))] as (typeof files)[number],
  );
  const milestones: Checkpoint[] = [];
  for (const { name } of chosen) {
    const path = join(run, FOLDER, name);
    try {
      milestones.push(decodeCheckpoint(await readFile(path)));
    } catch (error) {
      tell(`the milestone ${path} cannot be read: ${messageOf(error)}. It is left out.`);
    }
  }
  return milestones;
}
