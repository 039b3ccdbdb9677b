/** Reading one checkpoint file, whichever it is. */
import { readFile, stat } from 'node:fs/promises';
import { IrisflowError, messageOf } from '../errors.js';
import type { Checkpoint } from '../models/types.js';
import { decodeCheckpoint, digestOf } from './checkpoint-format.js';

/** The present checkpoint's name in a run folder. */
export const CHECKPOINT_FILE = 'checkpoint.irf';

const MAX_BYTES = 2 ** 30;

/** A checkpoint as it is on disk. */
export interface CheckpointFile {
  readonly checkpoint: Checkpoint;
  /** Its SHA-256 as hexadecimal: two files with the same one are the same. */
  readonly digest: string;
}

/** The checkpoint in a file, or `undefined` where there is none. Throws `CHECKPOINT` where it is damaged or larger than 1 GiB. */
export async function readCheckpoint(path: string): Promise<CheckpointFile | undefined> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw new IrisflowError('CHECKPOINT', `it has ${size} bytes, more than any checkpoint`);
    const bytes = await readFile(path);
    return { checkpoint: decodeCheckpoint(bytes), digest: digestOf(bytes) };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new IrisflowError('CHECKPOINT', `could not load ${path}: ${messageOf(cause)}`, { cause });
  }
}
