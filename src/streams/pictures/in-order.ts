/** Emits a frame for each of a list of files, at the pace of who takes them. */
import { Observable } from 'rxjs';
import { IrisflowError } from '../../errors.js';
import type { Frame } from '../../frame.js';
import { createGate, opened } from '../ffmpeg/gate.js';
import { until } from '../until.js';

/** What a file gives: all of a frame but its place in the stream. */
export type Contents = Omit<Frame, 'time' | 'sequence' | 'flow'>;

/** The files, and how they are read. */
export interface Reading<File> {
  /** All files, in order. */
  list(): Promise<readonly File[]>;
  /** Resolves with the error of a file that cannot be read and is to be left out; what it rejects with ends the stream. */
  read(file: File): Promise<Contents | IrisflowError>;
  /** Told of each file that was left out. */
  skipped?(file: File, error: IrisflowError): void;
  readonly loop: boolean;
  /** Frames a second; 0: as fast as they are read and taken. */
  readonly fps: number;
}

/** The frames; while a consumer holds one's `flow`, no further one is emitted. One file is read ahead. */
export function framesInOrder<File>(reading: Reading<File>): Observable<Frame> {
  const { loop, fps } = reading;
  return new Observable((subscriber) => {
    const gate = createGate();
    const ended = new AbortController();
    const { signal } = ended;

    const read = (file: File) => {
      const contents = reading.read(file);
      // It is waited for later; until then nobody would hear of its rejection.
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
            const story = `None of the ${files.length} pictures can be read. The last one: ${contents.message}`;
            throw new IrisflowError('INPUT', story, { cause: contents });
          }
        } else {
          unreadable = 0;
          if (fps > 0) {
            await until(due, signal);
            due = Math.max(due, performance.now()) + 1_000 / fps;
          }
          await opened(gate);
          if (signal.aborted) return;
          subscriber.next({ ...contents, time: Date.now(), sequence: sequence++, flow: gate.flow });
        }
        if (last) break;
      }
      if (!signal.aborted) subscriber.complete();
    };
    run().catch((error) => subscriber.error(error));
    return () => ended.abort();
  });
}
