/** Exit codes: 0 success, 1 failure while running, 2 wrong use or wrong input, 130 interrupted (after saving). */
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
  const onSignal = () => {
    if (interrupted) process.exit(130);
    interrupt();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.stdout.on('error', interrupt);
  try {
    await Promise.race([work, signalled]);
    await stop();
    await work;
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    process.stdout.off('error', interrupt);
  }
  return interrupted;
}
