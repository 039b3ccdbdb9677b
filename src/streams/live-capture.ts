/** Frames of an input that never ends by itself (a camera, a live address), brought back whenever it is lost. */
import { catchError, defer, from, map, type Observable, switchMap, tap, throwError } from 'rxjs';
import { IrisflowError } from '../errors.js';
import type { Frame } from '../frame.js';
import { findFfmpeg } from './ffmpeg/binary.js';
import { capture } from './ffmpeg/capture.js';
import { pictureOutput } from './ffmpeg/output.js';
import type { RunningProcess } from './ffmpeg/process.js';
import { frameOf } from './frame-of.js';
import { type RestartOptions, restarting } from './restart.js';
import type { FrameSize } from './size.js';

/** What is captured. */
export interface LiveInput {
  /** For messages. */
  readonly what: string;
  /** The `source` of its frames. */
  readonly source: string;
  /**
   * Input options to try, best first. Until a frame has come, one that gives none is followed by the next: cameras refuse
   * sizes and rates that they do not have.
   */
  readonly inputs: readonly (readonly string[])[];
}

/** How it is captured. */
export interface LiveOptions extends RestartOptions {
  readonly size?: FrameSize;
  readonly fps?: number;
  readonly ffmpeg?: string;
}

// Without waiting for more input than needed, and without the delay of a frame per decoder thread.
const NOW: readonly string[] = ['-fflags', 'nobuffer', '-thread_type', 'slice'];

/** One process at a time: a restart waits until the one before is gone. `sequence` goes on across restarts. */
export function liveFrames(input: LiveInput, options: LiveOptions): Observable<Frame> {
  const { what, source, inputs } = input;
  const { size, fps } = options;
  return defer(() => {
    let last: RunningProcess | undefined;
    let sequence = 0;
    let worked = false;
    let chosen = 0;
    const onProcess = (process: RunningProcess) => {
      last = process;
    };
    const attempt = (choice: number): Observable<Frame> =>
      defer(() => findFfmpeg(options.ffmpeg)).pipe(
        switchMap(({ path: command, passthrough }) => {
          const args = [...NOW, ...(inputs[choice] ?? []), ...pictureOutput(passthrough, { size, fps })];
          return capture({ command, args, what, endless: true, onProcess });
        }),
        map((picture) => frameOf(picture, sequence++, source)),
        tap(() => {
          worked = true;
          chosen = choice;
        }),
        catchError((error) => {
          const refused = !worked && error instanceof IrisflowError && error.code === 'INPUT';
          return refused && choice + 1 < inputs.length ? attempt(choice + 1) : throwError(() => error);
        }),
      );
    const connect = defer(() => attempt(chosen));
    const silence = options.silence ?? Math.max(10_000, 3_000 / (fps ?? Number.POSITIVE_INFINITY));
    // A camera that is still open cannot be opened again.
    const settled = () => from(last?.gone ?? Promise.resolve());
    return restarting(connect, { what, settled, tail: () => last?.tail() ?? [] }, { ...options, silence });
  });
}
