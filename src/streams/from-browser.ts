/** Source of frames from the camera of a browser that has the server's page open. */
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
 * Frames of a camera that a page sends to `/ws/camera` as JPEG. The viewer page does this with "Use this browser's camera"; any
 * other client can send binary JPEG messages too, as many as the `{"credit": n}` messages allow.
 *
 * Without `id` the stream follows the camera that connected last, and when that disconnects, the one before. `frame.source` names
 * the camera (`browser:ID`), `sequence` counts its pictures, and `time` is the time of arrival.
 *
 * - **back-pressure**: a camera gets credit for a picture only when one can be processed; of pictures sent without credit only the
 *   newest waits. A camera without subscribers gets no credit.
 * - **completion**: when the server closes. A camera that disconnects does not end the stream.
 * - **error**: never. Messages that are not JPEG, too large or damaged are refused, counted and described in `server.cameras`; a
 *   message over `maxCameraBytes` also closes that camera's connection.
 * - **unsubscribe**: the camera stays connected and gets no more credit.
 * - **memory**: for each camera one waiting JPEG and one picture that is being decoded.
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
