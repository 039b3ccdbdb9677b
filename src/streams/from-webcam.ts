/** Frames of a camera of this machine. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { defer, type Observable, switchMap } from 'rxjs';
import { IrisflowError } from '../errors.js';
import { numberOption } from '../flow/options.js';
import type { Frame } from '../frame.js';
import { listCameras } from './cameras.js';
import { checkDeviceName } from './device-name.js';
import { cameraInputs } from './ffmpeg/camera-inputs.js';
import { liveFrames } from './live-capture.js';
import { checkRestart, type RestartOptions } from './restart.js';
import { checkSize, type FrameSize } from './size.js';

/** Options of {@link fromWebcam}. */
export interface FromWebcamOptions extends RestartOptions {
  /**
   * Size of the frames. With both sides the camera is asked for it, and what it gives instead is scaled. By default what
   * the camera gives.
   */
  readonly size?: FrameSize;
  /** Frames a second: asked of the camera, and never exceeded. By default what the camera gives. */
  readonly fps?: number;
  /** Path of the ffmpeg to use; by default `FFMPEG_PATH`, the system's or the installed one. */
  readonly ffmpeg?: string;
}

/**
 * Captures a camera with ffmpeg (Video4Linux, AVFoundation or DirectShow), one process per subscription; `share()` it to
 * use it twice, since most cameras serve one program only.
 *
 * A camera cannot wait: put `latest()` in front of anything slow. When it goes away, hangs without a word or sends half a
 * frame, its process is stopped and started again with exponential back-off; `sequence` goes on.
 *
 * - completion: never
 * - error: `INPUT` when there is no such camera or it gives no first frame, `SOURCE` after `retries` failures in a row;
 *   ffmpeg's last words are in `cause`
 * - unsubscribe: ffmpeg is gone within two seconds and never keeps the program alive
 * - memory: one frame; frames belong to whoever keeps them
 *
 * @param device `/dev/video0` or its number on Linux, a number or name on macOS, a name on Windows; the first by default.
 * @throws {IrisflowError} `USAGE` at once for wrong options or a name that cannot be one.
 * @example
 * ```ts
 * import { fromWebcam } from 'irisflow/streams';
 *
 * fromWebcam(undefined, { size: { width: 640, height: 480 }, fps: 30 }).subscribe({
 *   next: (frame) => console.log(frame.sequence),
 *   error: (error) => console.error(error.message),
 * });
 * ```
 */
export function fromWebcam(device?: string, options: FromWebcamOptions = {}): Observable<Frame> {
  const { size, fps } = options;
  if (device !== undefined) checkDeviceName(device);
  if (fps !== undefined) numberOption('fps', fps, 0.001, 1_000);
  checkSize(size);
  checkRestart(options);
  return defer(() => findCamera(device, options.ffmpeg)).pipe(
    switchMap((camera) => {
      const what = `The camera ${camera}`;
      return liveFrames({ what, source: `webcam:${camera}`, inputs: cameraInputs(camera, { size, fps }) }, options);
    }),
  );
}

/**
 * The device that {@link fromWebcam} would open. Rejects with `INPUT`, at once and without opening it, where there is none or it
 * may not be read.
 */
export async function findCamera(device?: string, ffmpeg?: string): Promise<string> {
  if (device === undefined || (process.platform === 'win32' && /^\d+$/.test(device))) {
    const { cameras, reason } = await listCameras({ ffmpeg });
    const camera = cameras[Number(device ?? 0)];
    if (camera) return camera.device;
    const why = reason ?? `there are only ${cameras.length}`;
    const instead = 'A video file, or the camera of a browser (browser), can take its place';
    throw new IrisflowError('INPUT', `No camera was found: ${why}. ${instead}`);
  }
  if (process.platform !== 'linux') return device;
  const path = /^\d+$/.test(device) ? `/dev/video${device}` : device;
  await access(path, constants.R_OK).catch(async (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EACCES') {
      const help = 'add yourself to its group: sudo usermod -aG video $USER, then log in again';
      throw new IrisflowError('INPUT', `The camera ${path} may not be read (${help})`, { cause });
    }
    const { cameras, reason } = await listCameras();
    const others = cameras.length > 0 ? `there is ${cameras.map((camera) => camera.device).join(', ')}` : reason;
    throw new IrisflowError('INPUT', `There is no camera ${path}: ${others}`, { cause });
  });
  return path;
}
