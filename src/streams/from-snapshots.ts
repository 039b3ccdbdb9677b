/** Source of frames from still pictures of a camera. */
import { defer, finalize, from, map, type Observable, repeat, switchMap, timer } from 'rxjs';
import { numberOption } from '../flow/options.js';
import type { Frame } from '../frame.js';
import { frameOf } from './frame-of.js';
import { checkRestart, type RestartOptions, restarting } from './restart.js';
import { checkSize, type FrameSize } from './size.js';
import { checkSnapshotDevice, SnapshotCamera } from './snapshot-camera.js';

/** Options of {@link fromSnapshots}. `silence` is the longest time for one picture. */
export interface FromSnapshotsOptions extends RestartOptions {
  /** Size of the frames. If both sides are given, the camera is configured for it; other sizes are scaled. */
  readonly size?: FrameSize;
  /** Largest number of pictures per second, 1 by default. Each picture starts a program, which takes time. */
  readonly fps?: number;
}

/**
 * Takes still pictures with the platform's program (through node-webcam: fswebcam, imagesnap or CommandCam), one process per
 * picture and never two at a time. Use it where other programs need the camera too, or where pictures are rare; for video use
 * `fromWebcam`.
 *
 * When a picture fails or takes longer than `silence`, its process is stopped and the next one is tried with back-off.
 *
 * - completion: never
 * - error: `INPUT` when the program is missing or the first picture fails, `SOURCE` after `retries` failures in a row
 * - unsubscribe: the process ends within two seconds, and the temporary folder of the pictures is removed
 * - memory: one picture
 *
 * @param device `/dev/video0` on Linux, a name on macOS, a number on Windows; by default the first camera.
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
