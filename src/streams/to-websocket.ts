/** Sink that sends frames to viewers over WebSocket and passes them on. */
import type { OperatorFunction } from 'rxjs';
import type { Frame } from '../frame.js';
import type { FrameServer } from './server/frame-server.js';
import { type OwnServerOptions, publishTo, publishToOwn } from './server/publish.js';

/**
 * Sends each frame to the viewers of `stream` and passes it on unchanged.
 *
 * - **back-pressure**: the sink never waits. Its policy is `latest`: while one frame is being encoded, one waits, and a newer one
 *   replaces it (counted in `server.counts`). Frames without viewers are not encoded.
 * - **completion, error, unsubscribe**: the server stays open and keeps showing the last frame; the code that opened it closes it.
 * - **memory**: per stream two frames and one JPEG; per viewer at most `maxQueuedBytes`.
 *
 * A stream is always served in all forms: the frames are also available at `/stream/NAME.mjpg`, without `toMjpeg`.
 *
 * @throws {IrisflowError} `USAGE` where the server has no such stream.
 * @example
 * import { fromRenderer, fromVideo, openFrameServer, toWebSocket } from 'irisflow/streams';
 *
 * const server = await openFrameServer({ streams: ['synthetic', 'real'] });
 * fromRenderer().pipe(toWebSocket(server, 'synthetic')).subscribe();
 * fromVideo('face.mp4', { loop: true }).pipe(toWebSocket(server, 'real')).subscribe();
 */
export function toWebSocket(server: FrameServer, stream: string): OperatorFunction<Frame, Frame>;
/**
 * Does the same with its own server, which is opened on subscribe (before the source is subscribed) and closed on completion, error
 * and unsubscribe. Fails with `USAGE` for wrong options and where the server cannot listen. Each subscription needs its own port.
 *
 * @example
 * import { fromRenderer, toWebSocket } from 'irisflow/streams';
 *
 * fromRenderer().pipe(toWebSocket({ port: 8787, stream: 'eyes' })).subscribe();
 */
export function toWebSocket(options: OwnServerOptions): OperatorFunction<Frame, Frame>;
export function toWebSocket(target: FrameServer | OwnServerOptions, stream?: string): OperatorFunction<Frame, Frame> {
  return 'publish' in target ? publishTo(target, stream ?? '') : publishToOwn(target);
}
