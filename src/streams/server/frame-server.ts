/** An HTTP and WebSocket server for named streams of frames. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebSocket } from 'ws';
import { IrisflowError, messageOf } from '../../errors.js';
import type { Frame } from '../../frame.js';
import { AccessPolicy } from './access.js';
import { CameraHub } from './camera-hub.js';
import { Channel } from './channel.js';
import { answer } from './http-routes.js';
import type { Percentiles } from './measures.js';
import { type FrameServerOptions, type ResolvedOptions, resolveOptions } from './options.js';
import { Secret } from './secret.js';
import { SocketGate } from './socket-gate.js';
import type { CameraReceiver, CameraState, StreamCounts, ViewerState } from './state.js';
import { type Viewer, watchAsMjpeg, watchOverWebSocket } from './viewers.js';

/** Largest message from a viewer in bytes. */
const MAX_VIEWER_MESSAGE = 4096;
/** Time for the closing handshake when the server closes. */
const CLOSE_GRACE_MS = 1000;

/** A running server. See {@link openFrameServer}. */
export interface FrameServer {
  /** Address of the server, for example `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Address to open in a browser: {@link url}, with the secret in the fragment where one is needed. Keep it as a password. */
  readonly link: string;
  /** Names of its streams. */
  readonly streams: readonly string[];
  /** Number of viewers over WebSocket and MJPEG. */
  readonly viewers: number;
  /** What happened to each viewer. */
  readonly viewerStates: readonly ViewerState[];
  /** For each stream, the time from {@link Frame.time} to the write to a viewer's socket, in ms, over the last ten seconds. */
  readonly latency: Readonly<Record<string, Percentiles>>;
  /** What happened to the frames of each stream. */
  readonly counts: Readonly<Record<string, StreamCounts>>;
  /** Connected browsers' cameras, in the order of connection. */
  readonly cameras: readonly CameraState[];
  /**
   * Sends a frame to the viewers of `stream`. It never blocks and keeps at most one frame waiting. The same object twice in a row
   * counts as one frame. After `close` it does nothing.
   *
   * @throws {IrisflowError} `USAGE` on the name of a stream that the server does not have.
   */
  publish(stream: string, frame: Frame): void;
  /** Sends the frames of a browser's camera to `receiver` until the returned function is called. See `fromBrowser`. */
  watchCameras(receiver: CameraReceiver): () => void;
  /** Sends the frames that are being encoded, closes every socket with 1001, and resolves when all connections have ended (after about 1 s at most). */
  close(): Promise<void>;
}

/**
 * Opens a server that sends streams of frames to any number of viewers:
 *
 * - `ws://HOST:PORT/ws?streams=a,b` sends binary messages (a header, see {@link encodeHeader}, and a JPEG)
 * - `GET /stream/NAME.mjpg` for `<img>`, OBS and VLC, `GET /stream/NAME.jpg` for the newest picture
 * - `ws://HOST:PORT/ws/camera` receives the pictures of a browser's camera, see `fromBrowser`
 * - `GET /api/status`, `GET /api/history` as JSON, and the files of `page`
 *
 * Each frame is encoded once, off the main thread, and only while the stream has viewers. The back-pressure policy is `latest`: for
 * each stream one frame is being encoded and one waits, and for each viewer one is being written and one waits. A viewer that stops
 * reading has at most `maxQueuedBytes` in its queue and does not affect the others.
 *
 * Only the server's own pages and those of `allowedOrigins` may connect, and only by a name or address of this machine. Where other
 * machines can connect, viewers and cameras need a secret: the page of {@link FrameServer.link} has it, programs send it as the password
 * of `http://any:SECRET@HOST:PORT/`.
 * The server changes sharp's process-wide settings to `cache(false)` and `concurrency(1)`.
 *
 * @throws {IrisflowError} `USAGE` on a wrong option, including a port that is taken or a host where it cannot listen.
 * @example
 * import { openFrameServer } from 'irisflow/streams';
 *
 * const server = await openFrameServer({ streams: ['camera'], port: 0 });
 * server.publish('camera', { data: new Uint8Array(3), width: 1, height: 1, time: Date.now(), sequence: 0, source: 'demo' });
 * console.log(`${server.url}/stream/camera.mjpg`);
 * await server.close();
 */
export async function openFrameServer(options: FrameServerOptions): Promise<FrameServer> {
  const resolved = resolveOptions(options);
  const http = createServer();
  await listen(http, resolved);
  return new RunningServer(http, resolved);
}

class RunningServer implements FrameServer {
  readonly url: string;
  readonly link: string;
  readonly streams: readonly string[];
  readonly #channels: ReadonlyMap<string, Channel>;
  readonly #gate: SocketGate;
  readonly #cameras: CameraHub;
  readonly #viewers = new Set<Viewer>();
  readonly #opened = performance.now();
  #closing: Promise<void> | undefined;

  constructor(
    private readonly http: Server,
    private readonly options: ResolvedOptions,
  ) {
    this.url = urlOf(options.host, http.address() as AddressInfo);
    this.streams = [...options.streams];
    this.#channels = new Map(
      this.streams.map((name) => [
        name,
        new Channel(name, { quality: options.quality, maxBytes: options.maxQueuedBytes }),
      ]),
    );
    const secret = options.token === undefined ? undefined : new Secret(options.token);
    if (secret) secret.port = (http.address() as AddressInfo).port;
    this.link = options.token === undefined ? this.url : `${this.url}/#token=${options.token}`;
    const access = new AccessPolicy(options.host, options.allowedOrigins, secret);
    this.#cameras = new CameraHub(options.maxCameraPixels);
    this.#gate = new SocketGate(
      {
        '/ws': {
          maxMessageBytes: MAX_VIEWER_MESSAGE,
          accept: (socket, query) => this.#watchOverWebSocket(socket, query.get('streams') ?? ''),
        },
        '/ws/camera': {
          maxMessageBytes: options.maxCameraBytes,
          accept: (socket, query) => this.#cameras.accept(socket, query),
        },
      },
      access,
      () => this.#admits(),
    );
    const site = {
      channels: this.#channels,
      access,
      page: options.page,
      status: () => this.#status(),
      history: options.history,
      watch: (response: ServerResponse, channel: Channel) => this.#watchAsMjpeg(response, channel),
    };
    http.on('request', (request, response) => void answer(site, request, response));
    http.on('upgrade', (request, socket, head) => this.#gate.upgrade(request, socket, head));
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  get viewerStates(): readonly ViewerState[] {
    return [...this.#viewers].map((viewer) => viewer.state());
  }

  get counts(): Readonly<Record<string, StreamCounts>> {
    return Object.fromEntries([...this.#channels].map(([name, channel]) => [name, channel.counts()]));
  }

  get latency(): Readonly<Record<string, Percentiles>> {
    return Object.fromEntries([...this.#channels].map(([name, channel]) => [name, channel.latency.percentiles()]));
  }

  publish(stream: string, frame: Frame): void {
    const channel = this.#channels.get(stream);
    if (!channel) {
      throw new IrisflowError(
        'USAGE',
        `The server has no stream ${JSON.stringify(stream)}: it was opened with ${this.streams.join(', ')}.`,
      );
    }
    if (!this.#closing) channel.publish(frame);
  }

  get cameras(): readonly CameraState[] {
    return this.#cameras.states;
  }

  watchCameras(receiver: CameraReceiver): () => void {
    return this.#cameras.watch(receiver);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const allClosed = Promise.all([
      this.#gate.close(),
      new Promise<void>((resolve) => this.http.close(() => resolve())),
    ]);
    this.#cameras.close();
    await Promise.all([...this.#channels.values()].map((channel) => channel.drained()));
    for (const viewer of this.#viewers) viewer.close();
    const closeTimer = setTimeout(() => {
      this.#gate.terminateAll();
      this.http.closeAllConnections();
    }, CLOSE_GRACE_MS);
    await allClosed;
    clearTimeout(closeTimer);
  }

  #watchOverWebSocket(socket: WebSocket, list: string): void {
    const names = new Set(list.split(',').filter((name) => name !== ''));
    const channels: Channel[] = [];
    for (const name of names.size > 0 ? names : this.streams) {
      const channel = this.#channels.get(name);
      if (!channel) {
        socket.close(1008, unknownStream(name, this.streams));
        return;
      }
      channels.push(channel);
    }
    const viewer = watchOverWebSocket(socket, channels, this.options.maxQueuedBytes, () =>
      this.#viewers.delete(viewer),
    );
    this.#viewers.add(viewer);
  }

  #watchAsMjpeg(response: ServerResponse, channel: Channel): boolean {
    if (this.#closing || !this.#admits()) return false;
    const viewer = watchAsMjpeg(response, channel, this.options.maxQueuedBytes, () => this.#viewers.delete(viewer));
    this.#viewers.add(viewer);
    return true;
  }

  #admits(): boolean {
    const admits = this.#viewers.size + this.#cameras.size < this.options.maxClients;
    if (!admits) this.options.onFull();
    return admits;
  }

  #status(): object {
    const streams = this.counts;
    return {
      uptime: (performance.now() - this.#opened) / 1000,
      streams,
      latency: slowest(streams),
      viewers: this.viewers,
      connections: this.viewerStates,
      cameras: { wanted: this.#cameras.wanted, connected: this.cameras, refused: this.#cameras.refused },
      memory: process.memoryUsage(),
      ...this.options.status(),
    };
  }
}

/** The latency of the slowest stream. */
function slowest(streams: Readonly<Record<string, StreamCounts>>): Percentiles {
  let slowestLatency: Percentiles = { p50: null, p95: null };
  for (const { latency } of Object.values(streams)) {
    if ((latency.p50 ?? -1) > (slowestLatency.p50 ?? -1)) slowestLatency = latency;
  }
  return slowestLatency;
}

function listen(http: Server, { host, port }: ResolvedOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(host, port, cause)));
    http.listen(port, host, () => {
      http.removeAllListeners('error');
      // An error such as a lack of file descriptors ends one connection and must not end the server.
      http.on('error', () => {});
      resolve();
    });
  });
}

function cannotListen(host: string, port: number, cause: NodeJS.ErrnoException): IrisflowError {
  const what =
    cause.code === 'EADDRINUSE'
      ? `port ${port} on ${host} is taken: choose another with the option port, or 0 for any free one`
      : cause.code === 'EACCES'
        ? `this user may not use port ${port}: choose one above 1023`
        : `${messageOf(cause)}: check the options host and port`;
  return new IrisflowError('USAGE', `The frame server cannot listen: ${what}.`, { cause });
}

function urlOf(host: string, { port, address, family }: AddressInfo): string {
  if (host === '0.0.0.0' || host === '::') return `http://localhost:${port}`;
  if (host === 'localhost') return `http://localhost:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** The close reason for an unknown stream, which WebSocket limits to 123 bytes. */
function unknownStream(name: string, streams: readonly string[]): string {
  const reason = Buffer.from(`unknown stream "${name.slice(0, 30)}"; there are: ${streams.join(', ')}`);
  return reason.length <= 123 ? String(reason) : `${String(reason.subarray(0, 119)).replace(/\uFFFD+$/, '')}…`;
}
