/** Source of frames from a video file or an address (RTSP, HTTP and others). */
import { defer, from, map, Observable, of, switchMap } from 'rxjs';
import { IrisflowError } from '../errors.js';
import { choiceOption, numberOption } from '../flow/options.js';
import type { Frame } from '../frame.js';
import { isAddress } from './address.js';
import { findFfmpeg } from './ffmpeg/binary.js';
import { capture } from './ffmpeg/capture.js';
import { checkToneMapping } from './ffmpeg/filters.js';
import { FrameTimes, timeFilters } from './ffmpeg/frame-times.js';
import { createGate } from './ffmpeg/gate.js';
import { inputArgs } from './ffmpeg/input-args.js';
import { pictureOutput } from './ffmpeg/output.js';
import { probeTraits, type VideoInfo } from './ffmpeg/probe.js';
import type { RunningProcess } from './ffmpeg/process.js';
import { redactAddress } from './ffmpeg/redact.js';
import type { VideoTraits } from './ffmpeg/traits.js';
import { frameOf } from './frame-of.js';
import { liveFrames } from './live-capture.js';
import { checkRestart, type RestartOptions, restarting } from './restart.js';
import { checkSize, type FrameSize } from './size.js';

/** Options of {@link fromVideo}. The restart options apply to live addresses and to files that loop. */
export interface FromVideoOptions extends RestartOptions {
  /**
   * `realtime` (default): frames come at their presentation times; a file that was paused by its consumer catches up by at most a
   * second. `fast`: as fast as they are decoded and consumed. A live address ignores this option.
   */
  readonly pace?: 'realtime' | 'fast';
  /** Restart at the end, endlessly; `false` by default. Without effect on a live address. */
  readonly loop?: boolean;
  /** Size of the frames; by default that of the video. Pixels are always made square. */
  readonly size?: FrameSize;
  /** Largest number of frames per second of video; frames in between are dropped, none are duplicated. */
  readonly fps?: number;
  /** Seconds to skip at the beginning; 0 by default. With `loop`, later passes start at the beginning of the file. */
  readonly start?: number;
  /** Path of the ffmpeg to use; by default `FFMPEG_PATH`, the system's or the installed one. */
  readonly ffmpeg?: string;
}

/**
 * Decodes a video with ffmpeg, one process per subscription; use `share()` for several consumers.
 *
 * A file supports back-pressure: its frames carry a `flow`, and while a consumer holds it, reading pauses without loss. A live
 * address does not; it reconnects with back-off after a loss or a silence. An HTTP address of finite duration is treated as a file.
 *
 * A decoder that gives no frame for ten seconds while nobody holds it counts as failed. With `loop` a decoder that fails is started again
 * at the beginning of the file.
 *
 * - completion: at the end of the file, after its last frame
 * - error: `INPUT` when it is missing or not a video, or HDR that this ffmpeg cannot tone-map, `SOURCE` when ffmpeg fails while decoding (its last output in `cause`)
 * - unsubscribe: ffmpeg ends within two seconds and never keeps the program alive
 * - memory: one frame
 *
 * Colours are read as players do: by the tags of the file, else BT.709 from 720 lines up and BT.601 below; PQ and HLG are tone-mapped to
 * BT.709. Interlaced video is deinterlaced. With the pace `fast`, each frame has its presentation time in `pts`.
 *
 * `sequence` counts the frames read, across loops; `source` is the path or the address without its password.
 *
 * @throws {IrisflowError} `USAGE` at once for wrong options.
 * @example
 * ```ts
 * import { fromVideo } from 'irisflow/streams';
 *
 * fromVideo('face.mp4', { pace: 'fast', size: { width: 320 } }).subscribe({
 *   next: (frame) => console.log(frame.sequence, frame.width, frame.height),
 *   error: (error) => console.error(error.message),
 * });
 * ```
 */
export function fromVideo(path: string, options: FromVideoOptions = {}): Observable<Frame> {
  check(path, options);
  if (isAddress(path) && !/^https?:/i.test(path)) return live(path, options);
  const info$ = probed(path, options.ffmpeg);
  if (!isAddress(path)) return info$.pipe(switchMap((probe) => decode(path, probe, options)));
  const silence = Math.max(15_000, options.silence ?? 0);
  return restarting(
    info$,
    { what: redactAddress(path), tail: () => [], settled: () => of(0) },
    { ...options, silence },
  ).pipe(
    switchMap((probe) => (probe.info.duration === undefined ? live(path, options) : decode(path, probe, options))),
  );
}

interface Probe {
  readonly info: VideoInfo;
  readonly traits: VideoTraits;
}

// Emits the result of the probe; unsubscribing aborts it.
function probed(path: string, ffmpeg: string | undefined): Observable<Probe> {
  return new Observable((subscriber) => {
    const abort = new AbortController();
    probeTraits(path, { ffmpeg, signal: abort.signal }).then(
      (probe) => {
        subscriber.next(probe);
        subscriber.complete();
      },
      (error) => subscriber.error(error),
    );
    return () => abort.abort();
  });
}

function checkStart(info: VideoInfo, path: string, start: number): void {
  if (info.duration === undefined || start < info.duration) return;
  throw new IrisflowError('INPUT', `start is ${start} s, but ${redactAddress(path)} ends after ${info.duration} s`);
}

/** The longest silence of a decoder, in milliseconds; of slow videos three of their frames. */
const SILENCE_MS = 10_000;

function decode(path: string, { info, traits }: Probe, options: FromVideoOptions): Observable<Frame> {
  const { size, start: begin = 0 } = options;
  checkStart(info, path, begin);
  const paced = options.pace !== 'fast';
  const rate = Math.min(info.fps ?? Number.POSITIVE_INFINITY, options.fps ?? Number.POSITIVE_INFINITY);
  const silence = Math.max(options.silence ?? SILENCE_MS, 3000 / rate);
  const what = redactAddress(path);
  const found = async () => {
    const binary = await findFfmpeg(options.ffmpeg);
    if (traits.hdr) await checkToneMapping(binary, what);
    return binary;
  };
  return defer(() => {
    let sequence = 0;
    let last: RunningProcess | undefined;
    const onProcess = (process: RunningProcess) => {
      last = process;
    };
    const pass = defer(found).pipe(
      switchMap((binary) => {
        const gate = createGate();
        const times = paced ? undefined : new FrameTimes();
        const start = sequence === 0 ? begin : 0;
        const args = [
          ...(isAddress(path) ? ['-rw_timeout', '15000000'] : []),
          ...(options.loop ? ['-stream_loop', '-1'] : []),
          ...(start > 0 ? ['-ss', String(start)] : []),
          ...inputArgs(path),
          ...pictureOutput(binary.passthrough, {
            size,
            fps: options.fps,
            paced,
            traits,
            times: times && timeFilters(binary),
          }),
        ];
        const command = binary.path;
        const pictures = capture({ command, args, what, gate, times, silence, endless: options.loop, onProcess });
        return pictures.pipe(map((picture) => frameOf(picture, sequence++, what, gate.flow)));
      }),
    );
    if (!options.loop) return pass;
    const settled = () => from(last?.exited ?? Promise.resolve());
    const source = { what, settled, tail: () => last?.tail() ?? [] };
    return restarting(pass, source, { ...options, silence: Number.POSITIVE_INFINITY });
  });
}

function live(url: string, options: FromVideoOptions): Observable<Frame> {
  const what = redactAddress(url);
  const transport = /^rtsps?:/i.test(url) ? ['-rtsp_flags', 'prefer_tcp'] : [];
  return liveFrames({ what, source: what, inputs: [[...transport, ...inputArgs(url)]] }, options);
}

function check(path: string, options: FromVideoOptions): void {
  const { pace = 'realtime', fps, start = 0 } = options;
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new IrisflowError('USAGE', 'fromVideo needs the path or the address of a video');
  }
  choiceOption('pace', pace, ['realtime', 'fast']);
  if (fps !== undefined) numberOption('fps', fps, 0.001, 1_000);
  numberOption('start', start, 0);
  checkSize(options.size);
  checkRestart(options);
}
