/** What the tests of the network sinks share: frames with a mark in their pixels, and real sockets. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Frame } from '../../../src/frame.js';
import { decodeMessage, type FrameMessage } from '../../../src/streams/server/protocol.js';

/** A picture of one colour. */
export function frameOf(sequence: number, overrides: Partial<Frame> & { colour?: readonly number[] } = {}): Frame {
  const { colour = [200, 100, 50], ...rest } = overrides;
  const width = rest.width ?? 16;
  const height = rest.height ?? 16;
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < data.length; at++) data[at] = colour[at % 3] as number;
  return { data, width, height, time: Date.now(), sequence, source: 'test', ...rest };
}

/** A picture that JPEG cannot make small. */
export function noiseFrame(sequence: number, width: number, height: number): Frame {
  const data = new Uint8Array(width * height * 3);
  let state = sequence * 2 + 1;
  for (let at = 0; at < data.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[at] = state >>> 24;
  }
  return { data, width, height, time: Date.now(), sequence, source: 'noise' };
}

export interface Client {
  readonly socket: WebSocket;
  readonly hello: Promise<unknown>;
  readonly messages: FrameMessage[];
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Resolves once so many messages have come. */
  atLeast(count: number): Promise<void>;
  credit(frames: number): void;
}

export function connect(url: string, path = '/ws', headers: Record<string, string> = {}): Client {
  const socket = new WebSocket(url.replace('http', 'ws') + path, { headers, perMessageDeflate: true });
  const messages: FrameMessage[] = [];
  const waiting = new Set<{ count: number; resolve: () => void }>();
  let greet: (value: unknown) => void = () => {};
  const hello = new Promise<unknown>((resolve) => {
    greet = resolve;
  });
  socket.on('message', (data: Buffer, binary) => {
    if (!binary) {
      greet(JSON.parse(String(data)));
      return;
    }
    messages.push(decodeMessage(data));
    for (const wait of waiting) {
      if (messages.length >= wait.count) {
        waiting.delete(wait);
        wait.resolve();
      }
    }
  });
  socket.on('error', () => {});
  const closed = once(socket, 'close').then(([code, reason]) => ({ code: code as number, reason: String(reason) }));
  return {
    socket,
    hello,
    messages,
    closed,
    atLeast: (count) =>
      messages.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.add({ count, resolve })),
    credit: (frames) => socket.send(JSON.stringify({ credit: frames })),
  };
}

/** The HTTP status with which a WebSocket is refused. */
export async function refusal(url: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  const socket = new WebSocket(url.replace('http', 'ws') + path, { headers });
  socket.on('error', () => {});
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number; resume(): void }];
  response.resume();
  socket.terminate();
  return response.statusCode;
}

/** Resolves when `condition` holds; asks after every turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
