/** Checkpoints on disk: one file a run folder, replaced as a whole or not at all. */
import { join } from 'node:path';
import { allFinite } from '../engine/tensor-record.js';
import { IrisflowError, messageOf } from '../errors.js';
import type { Checkpoint } from '../models/types.js';
import { CHECKPOINT_FILE, readCheckpoint } from './checkpoint-file.js';
import { encodeCheckpoint } from './checkpoint-format.js';
import { newestWhole, versionsFolder } from './versions.js';
import { writeAdvice, writeWhole } from './whole-file.js';

export { CHECKPOINT_FILE } from './checkpoint-file.js';
export { decodeCheckpoint, encodeCheckpoint } from './checkpoint-format.js';

/** Ends of the saves under way, by folder: two at once into one folder would share a temporary file. */
const saving = new Map<string, Promise<void>>();

/**
 * Replaces the checkpoint in `folder` (made where missing). Whenever the process dies, `checkpoint.irf` is wholly the old one or
 * wholly the new one: the new one is written beside it, flushed to disk, and renamed over it. Saves into one folder wait for
 * each other; one process at a time may write to a run folder.
 *
 * Throws `CHECKPOINT` where it cannot be written, for example on a full disk, and where a tensor is not finite: no training could go
 * on from it. The old one is intact then, and nothing is left over.
 */
export async function saveCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const spoilt = Object.entries(checkpoint.state).find(([, { data }]) => !allFinite(data));
  if (spoilt !== undefined) {
    const message = `step ${checkpoint.step} is not saved: ${spoilt[0]} is not finite. The checkpoint before it is intact.`;
    throw new IrisflowError('CHECKPOINT', message);
  }
  const bytes = encodeCheckpoint(checkpoint);
  const before = saving.get(folder) ?? Promise.resolve();
  const save = before.then(() => replace(folder, bytes));
  const settled = save.catch(() => undefined);
  saving.set(folder, settled);
  try {
    await save;
  } finally {
    if (saving.get(folder) === settled) saving.delete(folder);
  }
}

async function replace(folder: string, bytes: Uint8Array): Promise<void> {
  const path = join(folder, CHECKPOINT_FILE);
  try {
    await writeWhole(path, bytes);
  } catch (cause) {
    const message = `could not save ${path}: ${messageOf(cause)}; ${writeAdvice(cause)}. The checkpoint before it is intact.`;
    throw new IrisflowError('CHECKPOINT', message, { cause });
  }
}

/**
 * The checkpoint in `folder`, or `undefined` where there is none. Throws `CHECKPOINT` where it is damaged or larger than 1 GiB, with
 * the version to go back to where one was kept.
 */
export async function loadCheckpoint(folder: string): Promise<Checkpoint | undefined> {
  try {
    return (await readCheckpoint(join(folder, CHECKPOINT_FILE)))?.checkpoint;
  } catch (error) {
    if (!(error instanceof IrisflowError)) throw error;
    throw new IrisflowError('CHECKPOINT', `${error.message}. ${await wayBack(folder)}`, { cause: error });
  }
}

/** What to do about a damaged checkpoint. */
async function wayBack(folder: string): Promise<string> {
  const version = await newestWhole(folder);
  return version === undefined
    ? `No whole version of it was kept in ${versionsFolder(folder)}: move the file away to begin anew`
    : `The newest whole version is that of step ${version}; go back to it with: irisflow checkpoints --run ${folder} --restore ${version}`;
}
