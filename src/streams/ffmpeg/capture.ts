/** Runs an ffmpeg process that writes pictures to stdout, as an Observable. */
import { Observable } from 'rxjs';
import { endOf, ffmpegError, LEVELS, reasonOf } from './failure.js';
import type { FrameTimes } from './frame-times.js';
import type { Gate } from './gate.js';
import { PpmReader, type RawPicture } from './ppm-reader.js';
import { type ProcessEnd, type RunningProcess, startProcess } from './process.js';

/** Options of {@link capture}. */
export interface CaptureOptions {
  readonly command: string;
  /** Everything before the output: options, inputs and filters. */
  readonly args: readonly string[];
  /** Name of the input in messages. */
  readonly what: string;
  readonly gate?: Gate;
  /** Milliseconds without a picture, while the gate is open, after which the input counts as stalled. Default: none. */
  readonly silence?: number;
  /** Whether the end of the input is an error, as for a camera, a live address or a file that loops. */
  readonly endless?: boolean | undefined;
  /** Takes the times of the frames, where the filters print them; each picture then has its `pts`. */
  readonly times?: FrameTimes;
  /** Called each time a process starts. */
  readonly onProcess?: (process: RunningProcess) => void;
}

/** Makes ffmpeg say what matters on stderr, never ask, and never read the terminal. */
const QUIET: readonly string[] = ['-hide_banner', '-nostdin', '-nostats', ...LEVELS];

/** A picture, with its presentation time in microseconds where times are taken. */
export interface CapturedPicture extends RawPicture {
  readonly pts?: number;
}

/** Silence is counted in ticks, so that the time in which this process stood still does not count. */
const SILENCE_TICKS = 10;

const TO_PIPE: readonly string[] = ['-f', 'image2pipe', '-c:v', 'ppm', '-pix_fmt', 'rgb24', 'pipe:1'];

/**
 * The pictures of one ffmpeg process per subscription. The pipe is drained unless its gate is held; then ffmpeg waits and no
 * picture is lost.
 *
 * - completion: ffmpeg ended without error after a complete picture
 * - error: `INPUT` before the first picture, `SOURCE` afterwards, with the tail of stderr in `cause`; a stalled input likewise
 * - unsubscribe: SIGTERM, and SIGKILL after 1.5 s; the process never keeps this one alive
 * - memory: one picture and one chunk of at most 64 KiB
 */
export function capture(options: CaptureOptions): Observable<CapturedPicture> {
  const { what, gate, times, endless = false, silence } = options;
  return new Observable((subscriber) => {
    const child = startProcess(options.command, [...QUIET, ...options.args, ...TO_PIPE], { onLine: times?.read });
    options.onProcess?.(child);
    child.stdin.end();
    const reader = new PpmReader();
    let count = 0;
    let pumping = false;
    let waiting: RawPicture | undefined;
    let ended: ProcessEnd | undefined;
    let silent = 0;

    const stall = () => {
      const tail = child.tail();
      const hint = reasonOf(tail);
      const message = `${what} sent no frame for ${Math.round((silence ?? 0) / 1000)} s${hint ? ` (ffmpeg last said: ${hint})` : ''}`;
      subscriber.error(ffmpegError(count > 0 ? 'SOURCE' : 'INPUT', message, tail));
    };
    const listen = () => {
      silent = gate?.held ? 0 : silent + 1;
      if (silent >= SILENCE_TICKS) stall();
    };
    const listening = silence === undefined ? undefined : setInterval(listen, silence / SILENCE_TICKS).unref();

    const finish = (end: ProcessEnd) => {
      const succeeded = end.code === 0 && !end.error && !reader.partial && count > 0;
      if (succeeded && !endless) {
        subscriber.complete();
        return;
      }
      const tail = child.tail();
      const cut = reader.partial ? ' in the middle of a frame' : '';
      const reason = end.error || succeeded ? endOf(end) : (reasonOf(tail) ?? endOf(end));
      const message = count > 0 ? `${what} ended${cut}: ${reason}` : `${what} gave no picture: ${reason}`;
      subscriber.error(ffmpegError(count > 0 ? 'SOURCE' : 'INPUT', message, tail, end.error));
    };

    const pump = () => {
      if (pumping) return;
      pumping = true;
      try {
        while (!subscriber.closed && !gate?.held) {
          const picture = waiting ?? reader.next();
          if (picture) {
            waiting = times?.ready === false ? picture : undefined;
            if (waiting) return;
            count++;
            silent = 0;
            const pts = times?.take();
            subscriber.next(pts === undefined ? picture : { ...picture, pts });
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
    // A `readable` listener keeps the pipe paused; without one, Node resumes the pipes of an ended process even while the gate is held.
    child.stdout.on('readable', pump);
    // The pump runs later, because the consumer that releases may still be handling a frame.
    if (gate) gate.onRelease = () => process.nextTick(pump);

    // The time of a picture comes through another pipe, and may come later.
    if (times) times.onTime = () => process.nextTick(pump);

    void child.closed.then((end) => {
      times?.end();
      ended = end;
      pump();
    });
    return () => {
      clearInterval(listening);
      void child.stop();
    };
  });
}
