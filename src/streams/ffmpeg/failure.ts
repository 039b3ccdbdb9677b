/** Turns ffmpeg's stderr into a one-line message, with the rest in `cause`. */
import { type ErrorCode, IrisflowError } from '../../errors.js';
import type { ProcessEnd } from './process.js';

// Lines that ffmpeg prints after the one with the reason.
const ECHO =
  /^(conversion failed!|error opening (in|out)put files?|at least one output file|output file (is empty|#0 does not)|exiting normally|\[q\]|press \[q\]|video:.*muxing overhead|stream mapping:|frame=|error while (processing|filtering)|nothing was written)/i;

/** Makes ffmpeg name the level of each line of stderr, by which {@link reasonOf} finds the one with the reason. */
export const LEVELS: readonly string[] = ['-loglevel', 'level+info'];

/**
 * The line of ffmpeg's stderr that most probably states the reason of a failure: the last error, else the last line that does not
 * only inform, as statistics do.
 */
export function reasonOf(tail: readonly string[]): string | undefined {
  const lines = tail.map((line) => line.replace(/^\[[^\]]* @ 0x[0-9a-f]+\]\s*/, '').trim());
  return errorsOf(tail).at(-1) ?? lines.map(withoutLevel).findLast((line) => line !== '' && !ECHO.test(line));
}

/** The errors on stderr of an ffmpeg that names levels (see {@link LEVELS}), without those that only repeat that it failed. */
export function errorsOf(tail: readonly string[]): string[] {
  const error = /^(?:\[[^\]]* @ 0x[0-9a-f]+\] )?\[(?:error|fatal|panic)\] (.*)$/;
  return tail.flatMap((line) => error.exec(line)?.[1]?.trim() ?? []).filter((line) => !ECHO.test(line));
}

/** A line without the name of its level; nothing of a line that only informs. */
function withoutLevel(line: string): string {
  return /^\[(info|verbose|debug)\]/.test(line) ? '' : line.replace(/^\[[a-z]+\] /, '');
}

/** A description of how a process ended. */
export function endOf(end: ProcessEnd): string {
  if (end.error) return `ffmpeg could not be started: ${end.error.message}`;
  if (end.signal) return `ffmpeg was killed by ${end.signal}`;
  return `ffmpeg exited with code ${end.code}`;
}

/** An error whose message is one line, with the tail of stderr in `cause`. */
export function ffmpegError(code: ErrorCode, message: string, tail: readonly string[], cause?: unknown): IrisflowError {
  const details = tail.length > 0 ? new Error(`ffmpeg said:\n${tail.join('\n')}`, { cause }) : cause;
  return new IrisflowError(code, message, { cause: details });
}
