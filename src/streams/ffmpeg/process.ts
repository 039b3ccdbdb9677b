/** Starts and stops child processes such as ffmpeg, and keeps the tail of their stderr. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { redactorFor } from './redact.js';

/** The end of a process. `error` is set when it could not be started. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: Error;
}

/** A running process. */
export interface RunningProcess {
  readonly stdout: Readable;
  readonly stdin: Writable;
  /** Resolves when the process has ended and its output has been read; never rejects. */
  readonly closed: Promise<ProcessEnd>;
  /** Resolves as soon as the process has ended, even if its output has not been read; never rejects. */
  readonly exited: Promise<void>;
  /** The last lines of stderr (at most 100), without passwords. */
  tail(): readonly string[];
  /** Sends SIGTERM, and SIGKILL after 1.5 s. Resolves when the process has ended. */
  stop(): Promise<void>;
}

/** Options of {@link startProcess}. */
export interface ProcessOptions {
  /** Called for every line of stderr. A line for which it returns true is not kept in the tail. */
  readonly onLine?: (line: string) => unknown;
  /** On Windows: whether the arguments are quoted already. */
  readonly verbatim?: boolean;
}

const TAIL_LINES = 100;
const LINE_LENGTH = 500;
const GRACE_MS = 1_500;

const running = new Set<ChildProcess>();
let watching = false;

// Node does not kill child processes when it exits, so a camera process would outlive it.
function killAtExit(child: ChildProcess): void {
  running.add(child);
  if (watching) return;
  watching = true;
  process.on('exit', () => {
    for (const other of running) other.kill('SIGKILL');
  });
}

/**
 * Starts a program with an argument list, never through a shell. Its stderr is always drained. A program that cannot be
 * started shows in `closed`.
 */
export function startProcess(command: string, args: readonly string[], options: ProcessOptions = {}): RunningProcess {
  const { onLine, verbatim = false } = options;
  // The child gets its own process group: Ctrl-C in a terminal reaches only this program, which then stops its children.
  const detached = process.platform !== 'win32';
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    detached,
    windowsVerbatimArguments: verbatim,
  });
  const redacted = redactorFor(args);
  const lines: string[] = [];
  let ended = false;
  let line = '';
  const addLine = (text: string) => {
    const clean = redacted(text.trimEnd());
    if (clean === '') return;
    if (onLine?.(clean) === true) return;
    lines.push(clean);
    if (lines.length > TAIL_LINES) lines.shift();
  };
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    const parts = text.split(/[\r\n]+/);
    for (let i = 0; i < parts.length; i++) {
      line = (line + parts[i]).slice(0, LINE_LENGTH);
      if (i < parts.length - 1) {
        addLine(line);
        line = '';
      }
    }
  });
  child.stderr.on('end', () => addLine(line));
  // A broken pipe is reported by the end of the process.
  for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.on('error', () => {});

  let markExited: () => void;
  const exited = new Promise<void>((resolve) => {
    markExited = resolve;
  });
  const closed = new Promise<ProcessEnd>((resolve) => {
    let failure: Error | undefined;
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      ended = true;
      running.delete(child);
      markExited();
      resolve(failure ? { code, signal, error: failure } : { code, signal });
    };
    child.on('exit', () => {
      ended = true;
      running.delete(child);
      markExited();
    });
    child.on('close', end);
    child.on('error', (error) => {
      failure = error;
      if (child.pid === undefined) end(null, null);
    });
  });
  if (child.pid !== undefined) killAtExit(child);

  let stopping = false;
  return {
    stdout: child.stdout,
    stdin: child.stdin,
    closed,
    exited,
    tail: () => lines,
    stop() {
      if (ended || stopping) return exited;
      stopping = true;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      // From here on the child does not keep this process alive; if this process exits first, the exit hook kills the child.
      timer.unref();
      child.unref();
      void exited.then(() => clearTimeout(timer));
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
      return exited;
    },
  };
}
