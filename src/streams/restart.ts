/** Restarts a source that fails or falls silent, with exponential back-off. */
import { defer, identity, type Observable, retry, switchMap, tap, throwError, timeout, timer } from 'rxjs';
import { IrisflowError, messageOf } from '../errors.js';
import { integerOption, numberOption } from '../flow/options.js';
import { ffmpegError, reasonOf } from './ffmpeg/failure.js';

/** Options of sources that restart after a loss. */
export interface RestartOptions {
  /**
   * Number of failures in a row, without a frame between them, after which the source fails. By default a source that has
   * delivered a frame is restarted endlessly, and one that has not fails at the first error.
   */
  readonly retries?: number;
  /** Pause before the first restart in ms, 500 by default; it doubles with each failure in a row. */
  readonly retryDelay?: number;
  /** Longest pause in ms, 30 000 by default. */
  readonly maxRetryDelay?: number;
  /** Milliseconds without a frame after which the source counts as lost, 10 000 by default. */
  readonly silence?: number;
  /** Called before each restart. */
  readonly onRestart?: (loss: Loss) => void;
  /** Called with the first frame after one or more restarts, before it is emitted. */
  readonly onReturn?: () => void;
}

/** The reason and time of a restart. */
export interface Loss {
  /** What ended it. */
  readonly error: unknown;
  /** Failures in a row, including this one. */
  readonly attempt: number;
  /** Milliseconds until the restart. */
  readonly delay: number;
}

/** A source that can be restarted. */
export interface Restartable {
  /** Name of the source in messages. */
  readonly what: string;
  /** The last lines of ffmpeg's output. */
  readonly tail: () => readonly string[];
  /** Emits once when the last connection has been cleaned up; the pause before a restart begins then. */
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
 * Resubscribes to `connect` after each error and each silence; of a source that watches for silence itself, `silence` is infinite.
 *
 * - completion: when `connect` completes
 * - error: the last one, when `retries` is exceeded
 * - unsubscribe: cancels the pause or closes the connection
 */
export function restarting<T>(connect: Observable<T>, source: Restartable, options: RestartOptions): Observable<T> {
  const { what, tail, settled } = source;
  const { retries, retryDelay = 500, maxRetryDelay = 30_000, silence = 10_000, onRestart, onReturn } = options;
  return defer(() => {
    let delivered = false;
    let away = false;
    const silent = () => {
      const output = tail();
      const hint = reasonOf(output);
      const message = `${what} sent no frame for ${silence} ms${hint ? ` (ffmpeg last said: ${hint})` : ''}`;
      return throwError(() => ffmpegError(delivered ? 'SOURCE' : 'INPUT', message, output));
    };
    const lost = (error: unknown, attempts: number) => {
      const message = `${what} was lost, ${attempts} attempts in a row gave no frame: ${messageOf(error)}`;
      return new IrisflowError('SOURCE', message, { cause: error });
    };
    return connect.pipe(
      silence === Number.POSITIVE_INFINITY ? identity : timeout({ each: silence, with: silent }),
      tap(() => {
        delivered = true;
        if (away) onReturn?.();
        away = false;
      }),
      retry({
        resetOnSuccess: true,
        delay: (error, attempt) => {
          if (attempt > (retries ?? (delivered ? Number.POSITIVE_INFINITY : 0)))
            throw delivered ? lost(error, attempt) : error;
          const delay = Math.min(maxRetryDelay, retryDelay * 2 ** (attempt - 1));
          away = true;
          onRestart?.({ error, attempt, delay });
          return settled().pipe(switchMap(() => timer(delay)));
        },
      }),
    );
  });
}
