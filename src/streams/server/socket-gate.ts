/** Accepts WebSockets: checks access, tracks open sockets, and detects lost ones by a heartbeat. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { AccessPolicy } from './access.js';

/** Period of the heartbeat; a WebSocket that does not answer a ping within it is terminated. */
const HEARTBEAT_MS = 60_000;

/** The handler of WebSockets at one path. */
export interface SocketRoute {
  /** Largest message in bytes; a larger one closes the socket with 1009. */
  readonly maxMessageBytes: number;
  accept(socket: WebSocket, query: URLSearchParams): void;
}

export class SocketGate {
  readonly #routes: ReadonlyMap<string, { route: SocketRoute; server: WebSocketServer }>;
  readonly #sockets = new Map<WebSocket, { alive: boolean }>();
  readonly #heartbeat: NodeJS.Timeout;
  #closed = false;
  #empty: (() => void) | undefined;

  constructor(
    routes: Readonly<Record<string, SocketRoute>>,
    private readonly access: AccessPolicy,
    private readonly hasCapacity: () => boolean,
  ) {
    this.#routes = new Map(
      Object.entries(routes).map(([path, route]) => [
        path,
        {
          route,
          server: new WebSocketServer({
            noServer: true,
            clientTracking: false,
            // JPEGs are compressed already.
            perMessageDeflate: false,
            maxPayload: route.maxMessageBytes,
          }),
        },
      ]),
    );
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const url = URL.canParse(request.url ?? '', 'http://server')
      ? new URL(request.url ?? '', 'http://server')
      : undefined;
    const found = this.#routes.get(url?.pathname ?? '');
    const refusal = this.access.refusal(request);
    const locked = this.access.locked(request, url?.pathname ?? '');
    if (refusal) refuse(socket, '403 Forbidden', refusal);
    else if (locked) refuse(socket, '401 Unauthorized', locked);
    else if (!url || !found)
      refuse(socket, '404 Not Found', `WebSockets are at ${[...this.#routes.keys()].join(', ')}.`);
    else if (this.#closed) refuse(socket, '503 Service Unavailable', 'The server is closing.');
    else if (!this.hasCapacity()) refuse(socket, '503 Service Unavailable', 'Too many are connected: try again later.');
    else {
      found.server.handleUpgrade(request, socket, head, (webSocket) => {
        this.#track(webSocket);
        found.route.accept(webSocket, url.searchParams);
      });
    }
  }

  /** Refuses new sockets; resolves when the last one has closed. */
  close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#heartbeat);
    return new Promise((resolve) => {
      this.#empty = resolve;
      if (this.#sockets.size === 0) resolve();
    });
  }

  terminateAll(): void {
    for (const socket of this.#sockets.keys()) socket.terminate();
  }

  #track(socket: WebSocket): void {
    const state = { alive: true };
    this.#sockets.set(socket, state);
    socket.on('pong', () => {
      state.alive = true;
    });
    // Every error of a socket (a broken connection, a message over the limit) also closes it.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.#empty?.();
    });
  }

  #beat(): void {
    for (const [socket, state] of this.#sockets) {
      if (!state.alive) socket.terminate();
      else {
        state.alive = false;
        socket.ping();
      }
    }
  }
}

function refuse(socket: Duplex, status: string, message: string): void {
  const body = `${message}\n`;
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
