/** Writes frames to a video file. */
import { concat, defer, finalize, from, ignoreElements, type OperatorFunction } from 'rxjs';
import type { Counter } from '../flow/counter.js';
import { numberOption } from '../flow/options.js';
import type { Overflow } from '../flow/overflow.js';
import { stage } from '../flow/stage.js';
import type { Frame } from '../frame.js';
import { checkVideoName } from './ffmpeg/encode-args.js';
import { VideoEncoder } from './ffmpeg/video-encoder.js';

/** Options of {@link toVideo}. */
export interface ToVideoOptions {
  /**
   * Frames a second of the file. By default each frame is shown when its `time` says, which is right for live sources; give
   * it for files, whose frames are read faster or slower than they are shown.
   */
  readonly fps?: number;
  /** What happens to frames that come faster than they are encoded; `block` by default: nothing is lost. */
  readonly overflow?: Overflow;
  /** Counts the frames. */
  readonly counts?: Counter;
  /** Path of the ffmpeg to use; by default `FFMPEG_PATH`, the system's or the installed one. */
  readonly ffmpeg?: string;
}

/**
 * Encodes frames to `.mp4`, `.mov`, `.mkv` (H.264) or `.webm` (VP9), 4:2:0, BT.709, and passes each on when ffmpeg has taken
 * it. All must have the size of the first; an odd side gets its last line twice, since 4:2:0 needs even ones.
 *
 * The file has a temporary name beside `path` until it is whole, then takes its place at once. Folders are made.
 *
 * - overlap: one frame at a time; a source that can wait is held while frames wait (see `stage`)
 * - completion: when the file is whole and has its name. Without a frame there is no file.
 * - error: `SINK` when ffmpeg fails, with its last words in `cause`, when the size changes, or when the file cannot be
 *   written. Then, and when the source fails, nothing is left of the file.
 * - unsubscribe: ffmpeg is stopped and the unfinished file removed
 * - memory: five frames
 *
 * @throws {IrisflowError} `USAGE` at once for wrong options.
 * @example
 * ```ts
 * import { fromVideo, toVideo } from 'irisflow/streams';
 *
 * fromVideo('face.mp4', { pace: 'fast', size: { width: 160 } })
 *   .pipe(toVideo('small.webm', { fps: 24 }))
 *   .subscribe({ complete: () => console.log('done'), error: (error) => console.error(error.message) });
 * ```
 */
export function toVideo(path: string, options: ToVideoOptions = {}): OperatorFunction<Frame, Frame> {
  const { fps, overflow = 'block', counts, ffmpeg } = options;
  checkVideoName(path);
  if (fps !== undefined) numberOption('fps', fps, 0.001, 1_000);
  const writing = (encoder: VideoEncoder) =>
    stage(
      async (frame: Frame) => {
        await encoder.write(frame);
        return frame;
      },
      { overflow, counts },
    );
  return (source) =>
    defer(() => {
      const encoder = new VideoEncoder(path, { fps, ffmpeg });
      const finished = defer(() => from(encoder.finish())).pipe(ignoreElements());
      return concat(source.pipe(writing(encoder)), finished).pipe(finalize(() => void encoder.abort()));
    });
}
