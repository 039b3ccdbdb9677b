/** The grids of a run over training: `samples/step-NNNNNNNN.png`. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { IrisflowError, messageOf } from '../../errors.js';
import { stepName, stepsIn, sweep } from '../versions.js';
import { writeAdvice, writeWhole } from '../whole-file.js';

const ENDING = 'png';

/** Grids kept of a run, so that its folder stays small however long it trains. */
export const MOST_GRIDS = 200;

const samplesFolder = (run: string) => join(run, 'samples');

/** The inputs that all grids of a run show. */
export const inputsFile = (run: string) => join(samplesFolder(run), 'inputs.png');

/** The grids of a run, the earliest first. */
export async function gridsOf(run: string): Promise<{ readonly step: number; readonly path: string }[]> {
  const folder = samplesFolder(run);
  return (await stepsIn(folder, ENDING)).map((step) => ({ step, path: join(folder, stepName(step, ENDING)) }));
}

/** Writes the grid of a step, and lets go of one where there are too many. Throws `SINK` where it cannot be written. */
export async function writeGrid(run: string, step: number, png: Uint8Array): Promise<void> {
  const folder = samplesFolder(run);
  await written(join(folder, stepName(step, ENDING)), png);
  await sweep(folder, ENDING);
  for (const one of superfluous(await stepsIn(folder, ENDING), MOST_GRIDS)) {
    await rm(join(folder, stepName(one, ENDING)), { force: true });
  }
}

/** Throws `SINK` where it cannot be written. */
export async function writeInputs(run: string, png: Uint8Array): Promise<void> {
  await written(inputsFile(run), png);
}

/** Training goes on from `step`: later grids are of steps that it makes again. Throws `SINK` where they cannot be removed. */
export async function forgetGrids(run: string, step: number): Promise<void> {
  const forget = async () => {
    for (const { step: other, path } of await gridsOf(run)) if (other > step) await rm(path, { force: true });
  };
  await forget().catch((cause) => {
    throw new IrisflowError('SINK', `could not clear ${samplesFolder(run)}: ${messageOf(cause)}. Training goes on.`, {
      cause,
    });
  });
}

/**
 * Steps to let go of, so that `most` remain, spread evenly over training: each time the one that leaves the smallest gap behind. The
 * first and the last stay.
 */
export function superfluous(steps: readonly number[], most: number): number[] {
  const kept = [...steps];
  const gone: number[] = [];
  while (kept.length > Math.max(2, most)) {
    let at = 1;
    const gap = (i: number) => (kept[i + 1] as number) - (kept[i - 1] as number);
    for (let i = 2; i < kept.length - 1; i++) if (gap(i) < gap(at)) at = i;
    gone.push(...kept.splice(at, 1));
  }
  return gone;
}

async function written(path: string, png: Uint8Array): Promise<void> {
  try {
    await writeWhole(path, png);
  } catch (cause) {
    const message = `could not write ${path}: ${messageOf(cause)}; ${writeAdvice(cause)}. Training goes on.`;
    throw new IrisflowError('SINK', message, { cause });
  }
}
