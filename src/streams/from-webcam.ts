/** Source of frames from a camera of this machine. */
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
   * Size of the frames. If both sides are given, the camera is configured for it; other sizes are scaled. By default the
   * camera's own size.
   */
  readonly size?: FrameSize;
  /** Frames per second, for which the camera is configured and which is never exceeded. By default the camera's own rate. */
  readonly fps?: number;
  /** Path of the ffmpeg to use; by default `FFMPEG_PATH`, the system's or the installed one. */
  readonly ffmpeg?: string;
}

/**
 * Captures a camera with ffmpeg (Video4Linux, AVFoundation or DirectShow), one process per subscription; use `share()` for
 * several consumers, because most cameras serve only one program.
 *
 * A camera does not support back-pressure: put `latest()` in front of slow operators. When the camera disconnects, hangs or sends
 * an incomplete frame, its process is stopped and restarted with exponential back-off; `sequence` continues.
 *
 * - completion: never
 * - error: `INPUT` when there is no such camera or it delivers no first frame, `SOURCE` after `retries` failures in a row;
 *   ffmpeg's last output is in `cause`
 * - unsubscribe: ffmpeg ends within two seconds and never keeps the program alive
 * - memory: one frame
 *
 * @param device `/dev/video0` or its number on Linux, a number or name on macOS, a name on Windows; by default the first camera.
 * @throws {IrisflowError} `USAGE` at once for wrong options or an invalid device name.
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
 * The device that {@link fromWebcam} would open. Rejects with `INPUT`, without opening the device, where there is none or it may not
 * be read.
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
