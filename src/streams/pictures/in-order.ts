/** Emits a frame for each file of a list, with back-pressure. */

import { Observable } from 'rxjs';
import { IrisflowError } from '../../errors.js';
import type { Frame } from '../../frame.js';
import { frameTime } from '../../frame.js';
import { createGate, opened } from '../ffmpeg/gate.js';
import { until } from '../until.js';

/** The content of a file: a frame without its place in the stream. */
export type Contents = Omit<Frame, 'time' | 'sequence' | 'flow'>;

/** The files and the way to read them. */
export interface Reading<File> {
  /** All files, in order. */
  list(): Promise<readonly File[]>;
  /** Resolves with an error for a file to skip; a rejection ends the stream with that error. */
  read(file: File): Promise<Contents | IrisflowError>;
  /** Called for each skipped file. */
  skipped?(file: File, error: IrisflowError): void;
  readonly loop: boolean;
  /** Frames per second; 0: as fast as they are read and consumed. */
  readonly fps: number;
}

/** Emits the frames. While a consumer holds a frame's `flow`, no further frame is emitted. One file is read ahead. */
export function framesInOrder<File>(reading: Reading<File>): Observable<Frame> {
  const { loop, fps } = reading;
  return new Observable((subscriber) => {
    const gate = createGate();
    const ended = new AbortController();
    const { signal } = ended;

    const read = (file: File) => {
      const contents = reading.read(file);
      // The promise is awaited later; until then a rejection must not count as unhandled.
      contents.catch(() => undefined);
      return contents;
    };

    const run = async () => {
      const files = await reading.list();
      if (files.length === 0) throw new IrisflowError('INPUT', 'There are no pictures: the list is empty');
      let sequence = 0;
      let due = 0;
      let unreadable = 0;
      let ahead = read(files[0] as File);
      for (let i = 0; !signal.aborted; i++) {
        const file = files[i % files.length] as File;
        const contents = await ahead;
        const last = !loop && i === files.length - 1;
        if (signal.aborted) return;
        if (!last) ahead = read(files[(i + 1) % files.length] as File);
        if (contents instanceof IrisflowError) {
          reading.skipped?.(file, contents);
          if (++unreadable === files.length) {
            const message = `None of the ${files.length} pictures can be read. The last one: ${contents.message}`;
            throw new IrisflowError('INPUT', message, { cause: contents });
          }
        } else {
          unreadable = 0;
          if (fps > 0) {
            await until(due, signal);
            due = Math.max(due, performance.now()) + 1_000 / fps;
          }
          await opened(gate);
          if (signal.aborted) return;
          subscriber.next({ ...contents, time: frameTime(), sequence: sequence++, flow: gate.flow });
        }
        if (last) break;
      }
      if (!signal.aborted) subscriber.complete();
    };
    run().catch((error) => subscriber.error(error));
    return () => ended.abort();
  });
}
