/** One running ffmpeg: its pipes, the tail of what it said, and a way to stop it that leaves nothing behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { redact } from './redact.js';

/** How a process ended. `error` is set when it never started. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: Error;
}

/** A running process. */
export interface RunningProcess {
  readonly stdout: Readable;
  readonly stdin: Writable;
  /** Resolves, never rejects, when the process is gone and its output has been read. */
  readonly closed: Promise<ProcessEnd>;
  /** Resolves, never rejects, as soon as the process is gone, whoever still reads its output. */
  readonly gone: Promise<void>;
  /** The last lines of its stderr (at most 100), without passwords. */
  tail(): readonly string[];
  /** SIGTERM, and SIGKILL if that does not help in time. Resolves when the process is gone. */
  stop(): Promise<void>;
}

/** Options of {@link startProcess}. */
export interface ProcessOptions {
  /** Hears every line of stderr. */
  readonly onLine?: (line: string) => void;
  /** On Windows: the arguments are quoted already. */
  readonly verbatim?: boolean;
}

const TAIL_LINES = 100;
const LINE_LENGTH = 500;
const GRACE_MS = 1_500;

const running = new Set<ChildProcess>();
let watching = false;

// Node kills no children when it ends; a stopped camera process would otherwise outlive it.
function killAtExit(child: ChildProcess): void {
  running.add(child);
  if (watching) return;
  watching = true;
  process.on('exit', () => {
    for (const left of running) left.kill('SIGKILL');
  });
}

/**
 * Starts a program with an argument list, never through a shell. Its stderr is always drained. A program that cannot be
 * started shows in `closed`.
 */
export function startProcess(command: string, args: readonly string[], options: ProcessOptions = {}): RunningProcess {
  const { onLine, verbatim = false } = options;
  // In a group of its own: Ctrl-C in a terminal is for this program, which then stops its children in order.
  const detached = process.platform !== 'win32';
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    detached,
    windowsVerbatimArguments: verbatim,
  });
  const lines: string[] = [];
  let over = false;
  let line = '';
  const keep = (text: string) => {
    const clean = redact(text.trimEnd());
    if (clean === '') return;
    onLine?.(clean);
    lines.push(clean);
    if (lines.length > TAIL_LINES) lines.shift();
  };
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    const parts = text.split(/[\r\n]+/);
    for (let i = 0; i < parts.length; i++) {
      line = (line + parts[i]).slice(0, LINE_LENGTH);
      if (i < parts.length - 1) {
        keep(line);
        line = '';
      }
    }
  });
  child.stderr.on('end', () => keep(line));
  // A pipe that breaks shows in how the process ends.
  for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.on('error', () => {});

  let markGone: () => void;
  const gone = new Promise<void>((resolve) => {
    markGone = resolve;
  });
  const closed = new Promise<ProcessEnd>((resolve) => {
    let failure: Error | undefined;
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      over = true;
      running.delete(child);
      markGone();
      resolve(failure ? { code, signal, error: failure } : { code, signal });
    };
    child.on('exit', () => {
      over = true;
      running.delete(child);
      markGone();
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
    gone,
    tail: () => lines,
    stop() {
      if (over || stopping) return gone;
      stopping = true;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      // From here on nothing of it keeps this process alive; should it end first, the exit hook kills.
      timer.unref();
      child.unref();
      void gone.then(() => clearTimeout(timer));
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
      return gone;
    },
  };
}
