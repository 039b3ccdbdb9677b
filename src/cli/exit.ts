/** Exit codes: 0 success, 1 failure while running, 2 wrong use or wrong input, 130 interrupted (after saving). */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { CommanderError } from 'commander';
import { type ErrorCode, IrisflowError, messageOf } from '../errors.js';

const WRONG_USE: readonly ErrorCode[] = ['USAGE', 'INPUT', 'CHECKPOINT', 'MODEL'];

/** Thrown by a command that Ctrl-C or SIGTERM ended, after everything was saved and printed. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return 130;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof IrisflowError && WRONG_USE.includes(error.code) ? 2 : 1;
}

/** Formats an error as one line for the terminal. */
export function oneLine(error: unknown): string {
  return messageOf(error)
    .trim()
    .replace(/\s*\n\s*/g, ' ');
}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** What a signal does now. */
let onSignal = (): void => process.exit(130);

/**
 * From now on Ctrl-C, SIGTERM and the closing of the terminal end the process with 130: at once, or, while {@link untilSignal} waits, in
 * order. Under nohup the closing of the terminal changes nothing.
 */
export function listenForSignals(): void {
  const hangUpIgnored = isHangUpIgnored();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (signal !== 'SIGHUP' || !hangUpIgnored) onSignal();
    });
  }
}

/**
 * Whether this process was started to outlive its terminal. Node forgets which signals it was told to ignore, so it is seen from the
 * command that the shell ran, and from the shell itself.
 */
function isHangUpIgnored(): boolean {
  if (basename(process.env._ ?? '') === 'nohup') return true;
  try {
    const [, ignored = '0'] =
      /^SigIgn:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${process.ppid}/status`, 'utf8')) ?? [];
    return (BigInt(`0x${ignored}`) & 1n) === 1n;
  } catch {
    return false;
  }
}

/**
 * Waits until `work` ends, a signal arrives, or the reader of the output closes it (`| head`). Then `stop` is called once and awaited. A
 * second signal ends the process at once. Resolves with whether the work was interrupted.
 */
export async function untilSignal(work: Promise<void>, stop: () => Promise<void>): Promise<boolean> {
  let interrupted = false;
  let interrupt: () => void = () => undefined;
  const signalled = new Promise<void>((resolve) => {
    interrupt = () => {
      interrupted = true;
      resolve();
    };
  });
  const before = onSignal;
  onSignal = () => {
    if (interrupted) before();
    interrupt();
  };
  process.stdout.on('error', interrupt);
  try {
    await Promise.race([work, signalled]);
    await stop();
    await work;
  } finally {
    onSignal = before;
    process.stdout.off('error', interrupt);
  }
  return interrupted;
}
