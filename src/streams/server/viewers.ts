/** Viewers' connections: WebSocket, MJPEG, and single pictures. */

import type { ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import { IrisflowError } from '../../errors.js';
import { frameTime } from '../../frame.js';
import type { Channel, EncodedFrame } from './channel.js';
import { PROTOCOL_VERSION } from './protocol.js';
import type { ViewerState } from './state.js';
import { ViewerQueue } from './viewer-queue.js';

const BOUNDARY = 'irisflow-frame';
const SNAPSHOT_TIMEOUT_MS = 5000;

export interface Viewer {
  state(): ViewerState;
  /** Closes the connection and takes no more frames. */
  close(): void;
}

/** Streams frames to a WebSocket until it closes. The socket may send `{"credit": n}`. */
export function watchOverWebSocket(
  socket: WebSocket,
  channels: readonly Channel[],
  maxQueuedBytes: number,
  onClose: () => void,
): Viewer {
  const streams = channels.map(({ name }) => name);
  const queue = new ViewerQueue(
    {
      queuedBytes: () => socket.bufferedAmount,
      send: (frame, done) =>
        socket.send(frame.bytes, { binary: true, compress: false }, (error) => {
          if (!error) done();
        }),
    },
    maxQueuedBytes,
    recordLatency(channels),
  );
  const leave = () => {
    queue.close();
    for (const channel of channels) channel.leave(queue);
  };
  socket.on('close', () => {
    leave();
    onClose();
  });
  socket.on('message', (data, binary) => {
    try {
      if (binary) throw new IrisflowError('PROTOCOL', 'viewers send text only');
      queue.grant(parseCredit(String(data)));
    } catch (error) {
      socket.close(1008, error instanceof IrisflowError ? error.message : 'bad message');
    }
  });
  socket.send(JSON.stringify({ protocol: PROTOCOL_VERSION, streams }));
  for (const channel of channels) channel.join(queue);
  return {
    state: () => stateOf('websocket', streams, queue),
    close: () => {
      leave();
      socket.close(1001, 'the server is closing');
    },
  };
}

/** Streams frames as `multipart/x-mixed-replace` until the response closes. */
export function watchAsMjpeg(
  response: ServerResponse,
  channel: Channel,
  maxQueuedBytes: number,
  onClose: () => void,
): Viewer {
  const queue = new ViewerQueue(
    { queuedBytes: () => response.writableLength, send: (frame, done) => writePart(response, frame, done) },
    maxQueuedBytes,
    recordLatency([channel]),
  );
  const leave = () => {
    queue.close();
    channel.leave(queue);
  };
  response.on('error', () => {});
  response.on('close', () => {
    leave();
    onClose();
  });
  // The body ends with the connection, because old clients do not support chunked encoding.
  response.removeHeader('Transfer-Encoding');
  response.writeHead(200, {
    'Content-Type': `multipart/x-mixed-replace; boundary=${BOUNDARY}`,
    'Cache-Control': 'no-store',
    Connection: 'close',
  });
  response.write(`--${BOUNDARY}\r\n`);
  channel.join(queue);
  return {
    state: () => stateOf('mjpeg', [channel.name], queue),
    close: () => {
      leave();
      response.end();
    },
  };
}

/** The newest picture of a channel. Rejects with `SINK` where none is encoded in time. */
export function snapshot(channel: Channel): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const watcher = {
      offer(frame: EncodedFrame): void {
        clearTimeout(timer);
        channel.leave(watcher);
        resolve(frame.jpeg);
      },
    };
    const timer = setTimeout(() => {
      channel.leave(watcher);
      reject(new IrisflowError('SINK', `No picture of "${channel.name}" could be encoded in time.`));
    }, SNAPSHOT_TIMEOUT_MS);
    timer.unref();
    channel.join(watcher);
  });
}

/** Writes a part followed by the boundary, because a browser shows a picture when it receives the next boundary. */
function writePart(response: ServerResponse, { jpeg, time }: EncodedFrame, done: () => void): void {
  response.cork();
  response.write(
    `Content-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\nX-Timestamp: ${(time / 1000).toFixed(3)}\r\n\r\n`,
  );
  response.write(jpeg);
  response.write(`\r\n--${BOUNDARY}\r\n`, (error) => {
    if (!error) done();
  });
  response.uncork();
}

function recordLatency(channels: readonly Channel[]): (frame: EncodedFrame) => void {
  const windows = new Map(channels.map((channel) => [channel.name, channel.latency]));
  return ({ stream, time, watched }) => {
    if (watched) windows.get(stream)?.add(frameTime() - time);
  };
}

function parseCredit(text: string): number {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (cause) {
    throw new IrisflowError('PROTOCOL', 'not JSON: expected {"credit":n}', { cause });
  }
  const credit = typeof message === 'object' && message !== null && 'credit' in message ? message.credit : undefined;
  if (typeof credit !== 'number' || !Number.isInteger(credit) || credit < 0) {
    throw new IrisflowError('PROTOCOL', 'expected {"credit":n} with a whole number n');
  }
  return credit;
}

function stateOf(kind: ViewerState['kind'], streams: readonly string[], queue: ViewerQueue): ViewerState {
  return { kind, streams, sent: queue.sent, skipped: queue.skipped, queuedBytes: queue.queuedBytes };
}
