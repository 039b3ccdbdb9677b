/** Sink that serves frames as MJPEG over HTTP, for `<img>`, OBS and VLC, and passes them on. */
import type { OperatorFunction } from 'rxjs';
import type { Frame } from '../frame.js';
import type { FrameServer } from './server/frame-server.js';
import { type OwnServerOptions, publishTo, publishToOwn } from './server/publish.js';

/**
 * Serves each frame at `/stream/NAME.mjpg` and passes it on unchanged. Everything else is as in {@link toWebSocket}: each of both
 * serves a stream in both forms. They may be used on the same stream, because a frame that is published twice in a row counts once.
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
 * Does the same with its own server, which is opened on subscribe and closed on teardown.
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
