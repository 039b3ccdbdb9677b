/** Checkpoints on disk: one file a run folder, replaced as a whole or not at all. */
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { IrisflowError, messageOf } from '../errors.js';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-format.js';
import type { Checkpoint } from './types.js';

export { decodeCheckpoint, encodeCheckpoint } from './checkpoint-format.js';

/** The checkpoint's name in a run folder. */
export const CHECKPOINT_FILE = 'checkpoint.irf';

const MAX_BYTES = 2 ** 30;

/** Ends of the saves under way, by folder: two at once into one folder would share a temporary file. */
const saving = new Map<string, Promise<void>>();

/**
 * Replaces the checkpoint in `folder` (made where missing). Whenever the process dies, `checkpoint.irf` is wholly the old one or
 * wholly the new one: the new one is written beside it, flushed to disk, and renamed over it. Saves into one folder wait for
 * each other; one process at a time may write to a run folder.
 *
 * Throws `CHECKPOINT` where it cannot be written, for example on a full disk; the old one is intact then, and nothing is left over.
 */
export async function saveCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
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
  // One fixed name: what a killed process leaves is overwritten by the next save.
  const temporary = `${path}.tmp`;
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await flushFolder(folder);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
    const advice = full ? 'the disk is full, make room' : 'check that the folder can be written to';
    const message = `could not save ${path}: ${messageOf(cause)}; ${advice}. The checkpoint before it is intact.`;
    throw new IrisflowError('CHECKPOINT', message, { cause });
  }
}

/** Makes the rename itself durable. Windows cannot open folders, and needs no such thing. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * The checkpoint in `folder`, or `undefined` where there is none. Throws `CHECKPOINT` where it is damaged or larger than 1 GiB.
 */
export async function loadCheckpoint(folder: string): Promise<Checkpoint | undefined> {
  const path = join(folder, CHECKPOINT_FILE);
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw new IrisflowError('CHECKPOINT', `it has ${size} bytes, more than any checkpoint`);
    return decodeCheckpoint(await readFile(path));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new IrisflowError('CHECKPOINT', `could not load ${path}: ${messageOf(cause)}`, { cause });
  }
}
