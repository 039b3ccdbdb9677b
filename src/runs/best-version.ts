/** The version of a run that evaluation found best: `checkpoints/best.irf`, and its score in `checkpoints/best.json`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IrisflowError, messageOf } from '../errors.js';
import type { Checkpoint } from '../models/types.js';
import { CHECKPOINT_FILE, readCheckpoint } from './checkpoint-file.js';
import { digestOf, encodeCheckpoint } from './checkpoint-format.js';
import { bestFile, versionFile, versionsFolder } from './versions.js';
import { writeAdvice, writeWhole } from './whole-file.js';

/** What an evaluation found. */
export interface EvaluatedCheckpoint {
  readonly step: number;
  /** Lower is better. */
  readonly score: number;
  /**
   * What was evaluated. Where it is absent, the run's checkpoint or a version of that step is taken; training may have gone on since,
   * so give it where you have it.
   */
  readonly checkpoint?: Checkpoint;
}

/** A score and the file that it is of. */
interface Scored {
  readonly step: number;
  readonly score: number;
  readonly digest: string;
}

/**
 * Keeps the evaluated checkpoint as the run's best where its score is lower than that of the present best, or where there is none.
 * @returns whether it is the best now; never for a score that is not finite
 *
 * Throws `INPUT` where neither the checkpoint nor a version of that step is there, `CHECKPOINT` where it cannot be written; the best
 * before it is intact then. It asks for no lock: training never writes these files.
 */
export async function keepBest(run: string, { step, score, checkpoint }: EvaluatedCheckpoint): Promise<boolean> {
  if (!Number.isFinite(score)) return false;
  const present = await presentBest(run);
  if (present?.score !== undefined && score >= present.score) return false;
  const bytes = encodeCheckpoint(checkpoint ?? (await checkpointOf(run, step)));
  const scored: Scored = { step, score, digest: digestOf(bytes) };
  try {
    // The scores of both: whichever file a kill between these two writes leaves, its score is known.
    await writeWhole(recordFile(run), `${JSON.stringify({ ...scored, before: present })}\n`);
    await writeWhole(bestFile(run), bytes);
  } catch (cause) {
    const message = `could not keep step ${step} as the best version of ${run}: ${messageOf(cause)}; ${writeAdvice(cause)}.`;
    throw new IrisflowError('CHECKPOINT', message, { cause });
  }
  return true;
}

/** The score of the file with that digest, where it is or was the best. */
export async function scoreOf(run: string, digest: string): Promise<number | undefined> {
  let record: Partial<Scored> & { readonly before?: Partial<Scored> };
  try {
    record = JSON.parse(await readFile(recordFile(run), 'utf8'));
  } catch {
    return undefined;
  }
  const found = [record, record?.before].find((scored) => scored?.digest === digest);
  return typeof found?.score === 'number' ? found.score : undefined;
}

const recordFile = (run: string) => join(versionsFolder(run), 'best.json');

/** A best one that is damaged, or whose score is not known, is none to compare with. */
async function presentBest(run: string): Promise<Scored | undefined> {
  const file = await readCheckpoint(bestFile(run)).catch(() => undefined);
  const score = file && (await scoreOf(run, file.digest));
  return file && score !== undefined ? { step: file.checkpoint.step, score, digest: file.digest } : undefined;
}

async function checkpointOf(run: string, step: number): Promise<Checkpoint> {
  for (const path of [join(run, CHECKPOINT_FILE), versionFile(run, step), bestFile(run)]) {
    const file = await readCheckpoint(path).catch(() => undefined);
    if (file?.checkpoint.step === step) return file.checkpoint;
  }
  throw new IrisflowError('INPUT', `${run} has no checkpoint of step ${step} any more: it cannot be kept as the best`);
}
