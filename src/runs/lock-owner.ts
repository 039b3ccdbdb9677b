/** Who holds a lock: told apart from other processes of the same number, in other containers, and before the machine was restarted. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename } from 'node:path';

/** What a lock file says about the process that wrote it. */
export interface LockOwner {
  /** Differs from that of every other lock. */
  readonly id: string;
  readonly pid: number;
  readonly host: string;
  /** Linux only: differs each time that the machine is started. */
  readonly boot?: string;
  /** Linux only: the process-number namespace, of which each container has its own. */
  readonly namespace?: string;
  /** Linux only: when the process started, in clock ticks since the machine was started. */
  readonly started?: string;
}

/** A lock that has not been refreshed for so long has no owner, where its process cannot be looked at. */
export const STALE_MS = 30_000;

/** This process as an owner. */
export function thisProcess(id: string): LockOwner {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const namespace = attempt(() => readlinkSync('/proc/self/ns/pid'));
  return { id, pid: process.pid, host: hostname(), boot, namespace, started: startOf(process.pid) };
}

/** The owner in the text of a lock file. Earlier releases wrote the process number alone. `undefined` for any other text. */
export function parseOwner(text: string): Partial<LockOwner> | undefined {
  const value: unknown = attempt(() => JSON.parse(text));
  if (Number.isSafeInteger(value)) return { pid: value as number };
  const owner = value as Partial<LockOwner> | null | undefined;
  return Number.isSafeInteger(owner?.pid) ? (owner as Partial<LockOwner>) : undefined;
}

/**
 * Whether the owner still runs. A process of this machine and container is looked at. For one of another, `age` decides: the
 * milliseconds since its lock was refreshed, negative where a clock was set back.
 */
export function isOwnerAlive(owner: Partial<LockOwner> | undefined, age: number): boolean {
  const fresh = Math.abs(age) < STALE_MS;
  if (owner?.pid === undefined) return fresh;
  const { pid, id, host, boot, namespace, started } = owner;
  if (id === undefined) return isRunning(pid) && isSameProgram(pid);
  const here = thisProcess('');
  if (boot !== here.boot || namespace !== here.namespace) return fresh;
  if (boot === undefined) return host === here.host ? isRunning(pid) && fresh : fresh;
  return isRunning(pid) && startOf(pid) === started;
}

function isRunning(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether a process runs the same program as this one, as far as that can be seen. */
function isSameProgram(pid: number): boolean {
  const program = attempt(() => readlinkSync(`/proc/${pid}/exe`));
  return program === undefined || basename(program) === basename(process.execPath);
}

/** Field 22 of /proc/PID/stat. The second field, the program's name in parentheses, may hold anything. */
function startOf(pid: number): string | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
