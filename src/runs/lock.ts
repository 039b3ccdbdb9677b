/** A lock file that at most one process owns, also over containers and computers that share the folder, and whenever one is killed. */
import { createHash, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { IrisflowError, messageOf } from '../errors.js';
import { isOwnerAlive, type LockOwner, parseOwner, thisProcess } from './lock-owner.js';
import { writeAdvice } from './whole-file.js';

/*
 * A lock is taken by a link to a file that is complete already: the link is made only where none is there. The lock of a dead process
 * is replaced by whoever takes a second lock, whose name has the id of the dead one. Ids do not recur, so as long as that second
 * lock is held nobody else replaces the first one, and whoever comes late finds another id in it.
 */

const REFRESH_MS = 2_000;
const ATTEMPTS = 20;

/** A lock that this process holds. */
export class Lock {
  readonly #refreshing: NodeJS.Timeout;

  private constructor(
    private readonly file: string,
    private readonly id: string,
  ) {
    this.#refreshing = setInterval(() => this.#refresh(), REFRESH_MS);
    this.#refreshing.unref();
  }

  /** Takes the lock. Throws `INPUT` where a live process holds it, or where its file cannot be written. */
  static take(file: string): Lock {
    const id = randomUUID();
    const own = `${file}.${id}.tmp`;
    try {
      writeFileSync(own, JSON.stringify(thisProcess(id)), { flag: 'wx' });
      acquire(file, own);
    } catch (cause) {
      if (cause instanceof IrisflowError) throw cause;
      const message = `the run folder cannot be locked (${file}): ${messageOf(cause)}; ${writeAdvice(cause)}`;
      throw new IrisflowError('INPUT', message, { cause });
    } finally {
      rmSync(own, { force: true });
    }
    return new Lock(file, id);
  }

  /** Gives the lock back. */
  release(): void {
    clearInterval(this.#refreshing);
    if (this.#isHeld()) rmSync(this.file, { force: true });
  }

  #isHeld(): boolean {
    return read(this.file)?.owner?.id === this.id;
  }

  #refresh(): void {
    try {
      if (this.#isHeld()) {
        const now = new Date();
        utimesSync(this.file, now, now);
        return;
      }
    } catch {
      // The disk is away; the lock may still be there when it comes back.
      return;
    }
    clearInterval(this.#refreshing);
    process.emitWarning(`the lock ${this.file} was removed or taken over: stop this process`, 'IrisflowWarning');
  }
}

interface Found {
  readonly id: string;
  readonly owner: Partial<LockOwner> | undefined;
  readonly time: number;
}

/** Makes `file` the file `own`, which it may replace or leave. */
function acquire(file: string, own: string): void {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (linked(own, file)) return;
    const holder = read(file);
    if (!holder) continue;
    if (isOwnerAlive(holder.owner, statSync(own).mtimeMs - holder.time)) throw inUse(file, holder.owner);
    const guard = `${file}.${holder.id}`;
    const ownGuard = `${guard}.${randomUUID()}.tmp`;
    writeFileSync(ownGuard, readFileSync(own), { flag: 'wx' });
    try {
      acquire(guard, ownGuard);
      try {
        if (read(file)?.id === holder.id) {
          renameSync(own, file);
          return;
        }
      } finally {
        rmSync(guard, { force: true });
      }
    } finally {
      rmSync(ownGuard, { force: true });
    }
  }
  throw new Error('other processes keep taking and leaving it');
}

/** Whether `file` did not exist, and has the content of `own` now. */
function linked(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR'].includes(code)) throw error;
  }
  // This file system has no links. A lock that is empty for a moment counts as held.
  try {
    writeFileSync(file, readFileSync(own), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(file: string): Found | undefined {
  try {
    const time = statSync(file).mtimeMs;
    const text = readFileSync(file, 'utf8');
    const owner = parseOwner(text);
    const unnamed = () => createHash('sha256').update(`${text} ${time}`).digest('hex').slice(0, 16);
    return { id: /^[\w-]{1,64}$/.test(owner?.id ?? '') ? (owner?.id as string) : unnamed(), owner, time };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function inUse(file: string, owner: Partial<LockOwner> | undefined): IrisflowError {
  const who = owner === undefined ? 'another process' : `process ${owner.pid}${owner.host ? ` on ${owner.host}` : ''}`;
  const remedy = `stop it or choose another --run; if nothing uses the folder any more, delete the file ${file}`;
  return new IrisflowError('INPUT', `the run folder is in use by ${who}: ${remedy}`);
}
