/** Keeps a source alive that can be lost: a watchdog for silence, and restarts with exponential back-off. */
import { defer, type Observable, retry, switchMap, tap, throwError, timeout, timer } from 'rxjs';
import { IrisflowError, messageOf } from '../errors.js';
import { integerOption, numberOption } from '../flow/options.js';
import { ffmpegError, reasonOf } from './ffmpeg/failure.js';

/** Options of sources that come back after a loss. */
export interface RestartOptions {
  /**
   * Failures in a row, without a frame between them, after which the source gives up. By default a source that has
   * delivered a frame is tried for ever, and one that never has fails at once.
   */
  readonly retries?: number;
  /** Pause before the first restart in ms, 500 by default; it doubles with each failure in a row. */
  readonly retryDelay?: number;
  /** Longest pause in ms, 30 000 by default. */
  readonly maxRetryDelay?: number;
  /** Milliseconds without a frame after which the source is taken for dead, 10 000 by default. */
  readonly silence?: number;
  /** Told before each restart. */
  readonly onRestart?: (loss: Loss) => void;
}

/** Why and when a source is restarted. */
export interface Loss {
  /** What ended it. */
  readonly error: unknown;
  /** Failures in a row, this one included. */
  readonly attempt: number;
  /** Milliseconds until the restart. */
  readonly delay: number;
}

/** What is restarted. */
export interface Restartable {
  /** For messages. */
  readonly what: string;
  /** What ffmpeg said last. */
  readonly tail: () => readonly string[];
  /** Emits once when nothing of the last connection is left; the pause before a restart begins then. */
  readonly settled: () => Observable<unknown>;
}

/** @throws {IrisflowError} `USAGE` for options out of range. */
export function checkRestart(options: RestartOptions): void {
  const { retries, retryDelay, maxRetryDelay, silence } = options;
  if (retries !== undefined && retries !== Number.POSITIVE_INFINITY) integerOption('retries', retries, 0);
  for (const [name, value] of Object.entries({ retryDelay, maxRetryDelay, silence })) {
    if (value !== undefined) numberOption(name, value, 1, 2_147_483_647);
  }
}

/**
 * Subscribes to `connect` again after each error and each silence.
 *
 * - completion: when `connect` completes
 * - error: the last one, when the options say that it is enough
 * - unsubscribe: ends the pause or the connection
 */
export function restarting<T>(connect: Observable<T>, source: Restartable, options: RestartOptions): Observable<T> {
  const { what, tail, settled } = source;
  const { retries, retryDelay = 500, maxRetryDelay = 30_000, silence = 10_000, onRestart } = options;
  return defer(() => {
    let worked = false;
    const silent = () => {
      const said = tail();
      const hint = reasonOf(said);
      const message = `${what} sent no frame for ${silence} ms${hint ? ` (ffmpeg last said: ${hint})` : ''}`;
      return throwError(() => ffmpegError(worked ? 'SOURCE' : 'INPUT', message, said));
    };
    const lost = (error: unknown, attempts: number) => {
      const story = `${what} was lost, ${attempts} attempts in a row gave no frame: ${messageOf(error)}`;
      return new IrisflowError('SOURCE', story, { cause: error });
    };
    return connect.pipe(
      timeout({ each: silence, with: silent }),
      tap(() => {
        worked = true;
      }),
      retry({
        resetOnSuccess: true,
        delay: (error, attempt) => {
          if (attempt > (retries ?? (worked ? Number.POSITIVE_INFINITY : 0)))
            throw worked ? lost(error, attempt) : error;
          const delay = Math.min(maxRetryDelay, retryDelay * 2 ** (attempt - 1));
          onRestart?.({ error, attempt, delay });
          return settled().pipe(switchMap(() => timer(delay)));
        },
      }),
    );
  });
}
