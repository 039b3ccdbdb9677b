/** Frames of a camera, one still picture at a time. */
import { defer, finalize, from, map, type Observable, repeat, switchMap, timer } from 'rxjs';
import { numberOption } from '../flow/options.js';
import type { Frame } from '../frame.js';
import { frameOf } from './frame-of.js';
import { checkRestart, type RestartOptions, restarting } from './restart.js';
import { checkSize, type FrameSize } from './size.js';
import { checkSnapshotDevice, SnapshotCamera } from './snapshot-camera.js';

/** Options of {@link fromSnapshots}. `silence` is the time that one picture may take. */
export interface FromSnapshotsOptions extends RestartOptions {
  /** Size of the frames. With both sides the camera is asked for it, and what it gives instead is scaled. */
  readonly size?: FrameSize;
  /** At most so many pictures a second, 1 by default. Each takes the time that its program needs to start. */
  readonly fps?: number;
}

/**
 * Takes still pictures with the platform's program for that (through node-webcam: fswebcam, imagesnap or CommandCam), one
 * process per picture, never two at once. For a camera that other programs need in between, or that a video of would be
 * too much; for video there is `fromWebcam`.
 *
 * When a picture fails or takes longer than `silence`, its process is stopped and the next is tried with back-off.
 *
 * - completion: never
 * - error: `INPUT` when the program is missing or the first picture fails, `SOURCE` after `retries` failures in a row
 * - unsubscribe: the process is gone within two seconds; pictures are kept in a temporary folder that goes with it
 * - memory: one picture
 *
 * @param device `/dev/video0` on Linux, a name on macOS, a number on Windows; the first by default.
 * @throws {IrisflowError} `USAGE` at once for wrong options or a device name that a shell could misread.
 * @example
 * ```ts
 * import { fromSnapshots } from 'irisflow/streams';
 *
 * fromSnapshots('/dev/video0', { fps: 0.2 }).subscribe({
 *   next: (frame) => console.log(frame.width, frame.height),
 *   error: (error) => console.error(error.message),
 * });
 * ```
 */
export function fromSnapshots(device?: string, options: FromSnapshotsOptions = {}): Observable<Frame> {
  const { size, fps = 1 } = options;
  if (device !== undefined) checkSnapshotDevice(device);
  numberOption('fps', fps, 0.0001, 60);
  checkSize(size);
  checkRestart(options);
  return defer(() => {
    let sequence = 0;
    let settled: Promise<unknown> = Promise.resolve();
    let camera: SnapshotCamera | undefined;
    const shots = (open: SnapshotCamera) => {
      let due = 0;
      return defer(() => {
        due = performance.now() + 1_000 / fps;
        return open.shoot();
      }).pipe(repeat({ delay: () => timer(Math.max(0, due - performance.now())) }));
    };
    const connect = defer(() => from(SnapshotCamera.open(device, size))).pipe(
      switchMap((open) => {
        camera = open;
        return shots(open).pipe(
          finalize(() => {
            settled = open.close();
          }),
        );
      }),
    );
    const source = `snapshots:${device ?? 'default'}`;
    const silence = (options.silence ?? 10_000) + 1_000 / fps;
    const what = `The camera ${device ?? ''}`.trim();
    const watch = { what, settled: () => from(settled), tail: () => camera?.tail() ?? [] };
    return restarting(connect, watch, { ...options, silence }).pipe(
      map((picture) => frameOf(picture, sequence++, source)),
    );
  });
}
