/** Sink that encodes frames to a video file. */
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
   * Frames per second of the file. By default each frame is shown at its `pts`, the time in the file that it was read from, else at its
   * `time`, which suits live sources. Set it for pictures, which are read faster or slower than they are to be shown.
   */
  readonly fps?: number;
  /** Back-pressure policy when frames come faster than they are encoded; `block` by default, which loses none. */
  readonly overflow?: Overflow;
  /** Counts the frames. */
  readonly counts?: Counter;
  /** Path of the ffmpeg to use; by default `FFMPEG_PATH`, the system's or the installed one. */
  readonly ffmpeg?: string;
}

/**
 * Encodes frames to `.mp4`, `.mov`, `.mkv` (H.264) or `.webm` (VP9), 4:2:0, BT.709, and emits each frame when ffmpeg has accepted
 * it. All frames must have the size of the first; the last line of an odd side is duplicated, because 4:2:0 needs even sizes.
 *
 * The file has a temporary name in the folder of `path`. When it is complete, it is decoded and its frames are counted; only when they are as
 * many as were written is it renamed. Folders are created.
 *
 * - concurrency: one frame at a time; a source that can wait is held while frames wait (see `stage`)
 * - completion: when the file is complete and renamed. Without a frame no file is written.
 * - error: `SINK` when ffmpeg fails, with its last output in `cause`, when frames are missing in the file, when the size changes, or when the file cannot be written.
 *   The unfinished file is removed then, and also when the source fails.
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
