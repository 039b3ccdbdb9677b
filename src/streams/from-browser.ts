/** Source: the camera of a browser that has the server's page open. */
import { Observable } from 'rxjs';
import { IrisflowError } from '../errors.js';
import type { Frame } from '../frame.js';
import { CAMERA_ID } from './server/camera-hub.js';
import type { FrameServer } from './server/frame-server.js';

/** Options of {@link fromBrowser}. */
export interface FromBrowserOptions {
  /** Only the camera that connects as `/ws/camera?id=ID`. Default: the camera that connected last. */
  readonly id?: string;
}

/**
 * Frames of a camera that a page sends to `/ws/camera` as JPEG. The viewer page does so with "Use this browser's camera"; any
 * client may that sends binary JPEG messages, one for each `{"credit": n}` that it is given.
 *
 * Without `id` it follows the camera that connected last, and the one before when that leaves; `frame.source` says whose frame
 * it is (`browser:ID`), and `sequence` counts that camera's pictures. `time` is when the picture arrived.
 *
 * - **overlap**: cameras are asked for a picture only when one can be taken; of pictures that come unasked only the newest waits.
 *   A camera that nobody is subscribed to is asked for nothing.
 * - **completion**: when the server closes. A camera that leaves does not end the stream.
 * - **error**: never. What is no JPEG, too large or damaged is refused, counted and named in `server.cameras`; a message over
 *   `maxCameraBytes` also ends that camera's connection.
 * - **unsubscribe**: the camera stays connected, and sends nothing.
 * - **memory**: per camera one JPEG that waits and one picture that is being decoded.
 *
 * @throws {IrisflowError} `USAGE` on an `id` that no camera can have.
 * @example
 * import { fromBrowser, openFrameServer, pageFolder, toWebSocket } from 'irisflow';
 *
 * const server = await openFrameServer({ streams: ['real'], page: pageFolder() });
 * console.log(`open ${server.url} and press the camera button`);
 * fromBrowser(server).pipe(toWebSocket(server, 'real')).subscribe();
 */
export function fromBrowser(server: FrameServer, { id }: FromBrowserOptions = {}): Observable<Frame> {
  if (id !== undefined && !CAMERA_ID.test(id)) {
    throw new IrisflowError('USAGE', `id is ${JSON.stringify(id)}: it must be 1 to 64 letters, digits, "-" and "_".`);
  }
  return new Observable((subscriber) =>
    server.watchCameras({
      id,
      next: (frame) => subscriber.next(frame),
      complete: () => subscriber.complete(),
    }),
  );
}
