/** Checks whether an input of an evaluation was used in the run's training. */
import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Input } from '../../inputs/input.js';

const START_BYTES = 65_536;

/**
 * Whether `label`, the name of an input in a run, refers to this input: the same path or device, or a file with the same size and the
 * same first bytes. Always false for the built-in renderer, which shows other people in an evaluation.
 */
export async function sameInput(label: string | undefined, input: Pick<Input, 'label' | 'rendered'>): Promise<boolean> {
  if (label === undefined || input.rendered) return false;
  if (label === input.label || resolve(label) === resolve(input.label)) return true;
  const [known, given] = await Promise.all([startOf(label), startOf(input.label)]);
  return known !== undefined && given !== undefined && known.size === given.size && known.start.equals(given.start);
}

/** Size and first bytes of a file; `undefined` for anything else. */
async function startOf(path: string): Promise<{ size: number; start: Buffer } | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) return undefined;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
    return { size: info.size, start: buffer.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}
