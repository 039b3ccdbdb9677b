/** The versions of its checkpoint that a run keeps beside it, to roll back to. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { IrisflowError, messageOf } from '../errors.js';
import { CHECKPOINT_FILE, readCheckpoint } from './checkpoint-file.js';
import { copyWhole, writeAdvice } from './whole-file.js';

/*
 * RUN/checkpoints/
 *   step-00000250.irf   a copy of the checkpoint of that step: the last `count`, at least `every` steps apart
 *   best.irf, best.json see best-version.ts
 *   left/               versions of a branch that a roll-back left
 *
 * Copies, not links: what damages one file must not damage the other. At most count + 1 versions, max(count, 1) in left/, the best one,
 * and damaged.irf, where a damaged checkpoint was replaced.
 */

/** Which versions are kept. */
export interface Keeping {
  /** How many; 0 keeps none. */
  readonly count: number;
  /** Steps between two of them, at least. */
  readonly every: number;
}

/** The step that a file is of, by its name. */
function stepOf(name: string, ending: string): number | undefined {
  const digits = /^step-(\d{8,})\./.exec(name)?.[1];
  return digits !== undefined && name === `step-${digits}.${ending}` ? Number(digits) : undefined;
}

/** The folder of a run's versions. */
export const versionsFolder = (run: string) => join(run, 'checkpoints');

/** The file of the version that evaluation found best. */
export const bestFile = (run: string) => join(versionsFolder(run), 'best.irf');

/** The folder of versions that a roll-back left. */
export const leftFolder = (run: string) => join(versionsFolder(run), 'left');

/** `step-00000250.irf`: names sort as steps do. */
export const stepName = (step: number, ending = 'irf') => `step-${String(step).padStart(8, '0')}.${ending}`;

/** The file of the version of a step. */
export const versionFile = (run: string, step: number) => join(versionsFolder(run), stepName(step));

/** The steps that `folder` has files of, rising, whether these are whole or not. */
export async function stepsIn(folder: string, ending = 'irf'): Promise<number[]> {
  const names = await readdir(folder).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.flatMap((name) => stepOf(name, ending) ?? []).sort((a, b) => a - b);
}

/**
 * Keeps a copy of the run's checkpoint, which is of this step, if the newest version is `every` steps older; then lets go of all but
 * the newest `count`. Throws `CHECKPOINT` where the copy cannot be made; the newest `count` are as they were then.
 */
export async function keepVersion(run: string, step: number, { count, every }: Keeping): Promise<void> {
  if (count === 0) return;
  const folder = versionsFolder(run);
  try {
    const steps = await stepsIn(folder);
    if (step - (steps.at(-1) ?? 0) < every) return;
    // First what a process killed between copy and removal has left, so that there is never more than one too many.
    await removeSteps(folder, steps.slice(0, -count));
    await copyWhole(join(run, CHECKPOINT_FILE), versionFile(run, step));
    await removeSteps(folder, [...steps.slice(-count), step].slice(0, -count));
    await sweep(folder);
  } catch (cause) {
    const message = `could not keep a version of step ${step} in ${folder}: ${messageOf(cause)}; ${writeAdvice(cause)}. Training goes on.`;
    throw new IrisflowError('CHECKPOINT', message, { cause });
  }
}

/** Removes the files of these steps in `folder`. */
export async function removeSteps(folder: string, steps: readonly number[]): Promise<void> {
  for (const step of steps) await rm(join(folder, stepName(step)), { force: true });
}

/** Removes what processes that were killed while they wrote a step's file have left in `folder`. */
export async function sweep(folder: string, ending = 'irf'): Promise<void> {
  for (const name of await readdir(folder)) {
    if (stepOf(name, `${ending}.tmp`) !== undefined) await rm(join(folder, name), { force: true });
  }
}

/**
 * Training goes on from `step`: versions of later steps are of a branch that a roll-back left. They move to `checkpoints/left`, which
 * keeps `count` of them at most (at least one), so that the list shows one branch.
 */
export async function leaveLater(run: string, step: number, { count }: Pick<Keeping, 'count'>): Promise<void> {
  const later = (await stepsIn(versionsFolder(run))).filter((other) => other > step);
  if (later.length === 0) return;
  const left = leftFolder(run);
  await mkdir(left, { recursive: true });
  for (const other of later) await rename(versionFile(run, other), join(left, stepName(other)));
  await removeSteps(left, (await stepsIn(left)).slice(0, -Math.max(1, count)));
}

/** What could be restored in place of a damaged checkpoint: the newest version that is whole, else the best, else nothing. */
export async function newestWhole(run: string): Promise<number | 'best' | undefined> {
  const isWhole = (path: string) => readCheckpoint(path).then(Boolean, () => false);
  for (const step of (await stepsIn(versionsFolder(run)).catch(() => [])).reverse()) {
    if (await isWhole(versionFile(run, step))) return step;
  }
  return (await isWhole(bestFile(run))) ? 'best' : undefined;
}
