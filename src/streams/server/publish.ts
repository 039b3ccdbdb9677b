/** The operators of the network sinks, which publish each frame and pass it on. */
import { Observable, type OperatorFunction, tap } from 'rxjs';
import { IrisflowError } from '../../errors.js';
import type { Frame } from '../../frame.js';
import { type FrameServer, openFrameServer } from './frame-server.js';
import type { FrameServerOptions } from './options.js';

/** Options of a sink that opens its own server. */
export interface OwnServerOptions extends Omit<FrameServerOptions, 'streams'> {
  /** Name of the one stream that the server has. Default `refined`. */
  readonly stream?: string;
  /** Told about the server once it listens, for example to print `server.url`. */
  readonly onOpen?: (server: FrameServer) => void;
}

/** Publishes to the caller's server, which stays open. */
export function publishTo(server: FrameServer, stream: string): OperatorFunction<Frame, Frame> {
  if (!server.streams.includes(stream)) {
    throw new IrisflowError(
      'USAGE',
      `stream is ${JSON.stringify(stream)}: the server was opened with ${server.streams.join(', ')}.`,
    );
  }
  return (source) => source.pipe(tap((frame) => server.publish(stream, frame)));
}

/** Opens a server on subscribe, then subscribes to the source; closes it on teardown. */
export function publishToOwn({
  stream = 'refined',
  onOpen,
  ...options
}: OwnServerOptions): OperatorFunction<Frame, Frame> {
  return (source) =>
    new Observable((subscriber) => {
      const opening = openFrameServer({ ...options, streams: [stream] });
      opening
        .then((server) => {
          if (subscriber.closed) return;
          onOpen?.(server);
          source.pipe(publishTo(server, stream)).subscribe(subscriber);
        })
        .catch((error) => subscriber.error(error));
      return () => {
        // If the server did not open, there is nothing to close, and the subscriber has got the error.
        opening.then((server) => server.close()).catch(() => {});
      };
    });
}
