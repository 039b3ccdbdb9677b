/** Frames of an endless input (a camera or a live address), which is restarted whenever it is lost. */
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

/** The input to capture. */
export interface LiveInput {
  /** Name of the input in messages. */
  readonly what: string;
  /** `source` of its frames. */
  readonly source: string;
  /**
   * Alternative ffmpeg input options, best first. Before the first frame, options that fail are followed by the next ones,
   * because cameras refuse sizes and rates that they do not support.
   */
  readonly inputs: readonly (readonly string[])[];
}

/** Options of the capture. */
export interface LiveOptions extends RestartOptions {
  readonly size?: FrameSize;
  readonly fps?: number;
  readonly ffmpeg?: string;
}

// These options avoid buffering of input and the delay of one frame per decoder thread.
const LOW_LATENCY: readonly string[] = ['-fflags', 'nobuffer', '-thread_type', 'slice'];

/** Captures with one process at a time: a restart waits until the last process has ended. `sequence` continues across restarts. */
export function liveFrames(input: LiveInput, options: LiveOptions): Observable<Frame> {
  const { what, source, inputs } = input;
  const { size, fps } = options;
  return defer(() => {
    let last: RunningProcess | undefined;
    let sequence = 0;
    let delivered = false;
    let chosen = 0;
    const onProcess = (process: RunningProcess) => {
      last = process;
    };
    const attempt = (choice: number): Observable<Frame> =>
      defer(() => findFfmpeg(options.ffmpeg)).pipe(
        switchMap(({ path: command, passthrough }) => {
          const args = [...LOW_LATENCY, ...(inputs[choice] ?? []), ...pictureOutput(passthrough, { size, fps })];
          return capture({ command, args, what, endless: true, onProcess });
        }),
        map((picture) => frameOf(picture, sequence++, source)),
        tap(() => {
          delivered = true;
          chosen = choice;
        }),
        catchError((error) => {
          const refused = !delivered && error instanceof IrisflowError && error.code === 'INPUT';
          return refused && choice + 1 < inputs.length ? attempt(choice + 1) : throwError(() => error);
        }),
      );
    const connect = defer(() => attempt(chosen));
    const silence = options.silence ?? Math.max(10_000, 3_000 / (fps ?? Number.POSITIVE_INFINITY));
    // A camera can be opened only after the last process has closed it.
    const settled = () => from(last?.exited ?? Promise.resolve());
    return restarting(connect, { what, settled, tail: () => last?.tail() ?? [] }, { ...options, silence });
  });
}
