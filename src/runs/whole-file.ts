/** Files that are replaced as a whole or not at all, whenever the process dies and however full the disk is. */
import { closeSync, fsync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/** What a killed process leaves is overwritten by the next write to the same path: the temporary file's name is fixed. */
const temporaryOf = (path: string) => `${path}.tmp`;

/**
 * Replaces the file at `path` (its folder is made where missing) by these bytes. They are written beside it, flushed to disk, and
 * renamed over it. Rejects with the system's error; the old file is intact then, and nothing is left over. One write to a path
 * at a time.
 */
export function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  return replaced(path, (temporary) => writeFile(temporary, bytes));
}

/** {@link writeWhole} for small files, on the calling thread. Throws the system's error. */
export function writeWholeSync(path: string, bytes: Uint8Array | string): void {
  const temporary = temporaryOf(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, bytes);
    flushSync(temporary, 'r+');
    renameSync(temporary, path);
    if (flushesFolders) flushSync(dirname(path), 'r');
  } catch (error) {
    removeSync(temporary);
    throw error;
  }
}

/** Copies a file in the same way, without sharing its blocks. The copy has its time of change. */
export function copyWhole(from: string, path: string): Promise<void> {
  return replaced(path, async (temporary) => {
    const { atime, mtime } = await stat(from);
    await writeFile(temporary, await readFile(from));
    await utimes(temporary, atime, mtime);
  });
}

/** What to do about an error of {@link writeWhole} or {@link copyWhole}, in a few words. */
export function writeAdvice(error: unknown): string {
  const full = ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
  return full ? 'the disk is full, make room' : 'check that the folder can be written to';
}

/** Flushing its folder makes a rename durable. Windows cannot open folders, and needs no such thing. */
const flushesFolders = process.platform !== 'win32';

async function replaced(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = temporaryOf(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    await write(temporary);
    await flush(temporary, 'r+');
    await rename(temporary, path);
    if (flushesFolders) await flush(dirname(path), 'r');
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

// By file descriptor: under Yarn's Plug'n'Play `FileHandle.sync` does not exist.
async function flush(path: string, flags: string): Promise<void> {
  const file = openSync(path, flags);
  try {
    await promisify(fsync)(file);
  } finally {
    closeSync(file);
  }
}

function flushSync(path: string, flags: string): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function removeSync(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The error that led here is the one to tell.
  }
}
