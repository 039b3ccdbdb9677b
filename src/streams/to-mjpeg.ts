/** Sink: shows frames as MJPEG over HTTP, for `<img>`, OBS and VLC, and passes them on. */
import type { OperatorFunction } from 'rxjs';
import type { Frame } from '../frame.js';
import type { FrameServer } from './server/frame-server.js';
import { type OwnServerOptions, publishTo, publishToOwn } from './server/publish.js';

/**
 * Shows each frame at `/stream/NAME.mjpg` and passes it on unchanged. Everything else is as in {@link toWebSocket}, with which it
 * shares the server and the stream: either one of them serves both forms. Both on the same stream do no harm, since a frame that
 * is published twice in a row counts once.
 *
 * @throws {IrisflowError} `USAGE` where the server has no such stream.
 * @example
 * import { fromRenderer, openFrameServer, toMjpeg } from 'irisflow/streams';
 *
 * const server = await openFrameServer({ streams: ['camera'] });
 * fromRenderer().pipe(toMjpeg(server, 'camera')).subscribe();
 * console.log(`${server.url}/stream/camera.mjpg`);
 */
export function toMjpeg(server: FrameServer, stream: string): OperatorFunction<Frame, Frame>;
/**
 * The same with a server of its own, opened on subscribe and closed on teardown.
 *
 * @example
 * import { fromRenderer, toMjpeg } from 'irisflow/streams';
 *
 * fromRenderer().pipe(toMjpeg({ port: 8787, stream: 'eyes' })).subscribe();
 */
export function toMjpeg(options: OwnServerOptions): OperatorFunction<Frame, Frame>;
export function toMjpeg(target: FrameServer | OwnServerOptions, stream?: string): OperatorFunction<Frame, Frame> {
  return 'publish' in target ? publishTo(target, stream ?? '') : publishToOwn(target);
}
