/** Runs one ffmpeg that writes pictures to its stdout, as an Observable. */
import { Observable } from 'rxjs';
import { endOf, ffmpegError, reasonOf } from './failure.js';
import type { Gate } from './gate.js';
import { PpmReader, type RawPicture } from './ppm-reader.js';
import { type ProcessEnd, type RunningProcess, startProcess } from './process.js';

/** What to run. */
export interface CaptureOptions {
  readonly command: string;
  /** Everything before the output: options, inputs and filters. */
  readonly args: readonly string[];
  /** What is captured, for messages. */
  readonly what: string;
  readonly gate?: Gate;
  /** True when an end is a loss: a camera or a live address. */
  readonly endless?: boolean;
  /** Told each time a process starts. */
  readonly onProcess?: (process: RunningProcess) => void;
}

/** Makes ffmpeg say what matters on stderr, never ask, and never read the terminal. */
const QUIET: readonly string[] = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info'];

const TO_PIPE: readonly string[] = ['-f', 'image2pipe', '-c:v', 'ppm', '-pix_fmt', 'rgb24', 'pipe:1'];

/**
 * Pictures of one ffmpeg process per subscription. The pipe is always drained, unless its gate is held: then nothing is
 * lost and the pictures stay in order, because ffmpeg waits.
 *
 * - completion: ffmpeg ended well after a whole picture
 * - error: `INPUT` when no picture ever came, `SOURCE` afterwards, with the tail of stderr in `cause`
 * - unsubscribe: SIGTERM, and SIGKILL after 1.5 s; the process never keeps this one alive
 * - memory: one picture and one chunk of at most 64 KiB
 */
export function capture(options: CaptureOptions): Observable<RawPicture> {
  const { what, gate, endless = false } = options;
  return new Observable((subscriber) => {
    const child = startProcess(options.command, [...QUIET, ...options.args, ...TO_PIPE]);
    options.onProcess?.(child);
    child.stdin.end();
    const reader = new PpmReader();
    let count = 0;
    let pumping = false;
    let ended: ProcessEnd | undefined;

    const finish = (end: ProcessEnd) => {
      const well = end.code === 0 && !end.error && !reader.partial && count > 0;
      if (well && !endless) {
        subscriber.complete();
        return;
      }
      const tail = child.tail();
      const cut = reader.partial ? ' in the middle of a frame' : '';
      const reason = end.error || well ? endOf(end) : (reasonOf(tail) ?? endOf(end));
      const story = count > 0 ? `${what} ended${cut}: ${reason}` : `${what} gave no picture: ${reason}`;
      subscriber.error(ffmpegError(count > 0 ? 'SOURCE' : 'INPUT', story, tail, end.error));
    };

    const pump = () => {
      if (pumping) return;
      pumping = true;
      try {
        while (!subscriber.closed && !gate?.held) {
          const picture = reader.next();
          if (picture) {
            count++;
            subscriber.next(picture);
            continue;
          }
          const chunk: Uint8Array | null = child.stdout.read();
          if (chunk) reader.push(chunk);
          else {
            if (ended) finish(ended);
            return;
          }
        }
      } catch (error) {
        subscriber.error(error);
      } finally {
        pumping = false;
      }
    };
    // Read, never flowing: Node makes the pipes of a process that has ended flow, held or not, unless somebody reads them.
    child.stdout.on('readable', pump);
    // Not in the releaser's own stack: it may be in the middle of handling a frame.
    if (gate) gate.onRelease = () => process.nextTick(pump);

    void child.closed.then((end) => {
      ended = end;
      pump();
    });
    return () => void child.stop();
  });
}
