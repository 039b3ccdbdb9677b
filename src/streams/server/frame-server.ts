/** One HTTP and WebSocket server for any number of named streams of frames. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebSocket } from 'ws';
import { IrisflowError, messageOf } from '../../errors.js';
import type { Frame } from '../../frame.js';
import { AccessPolicy, isLoopback } from './access.js';
import { CameraHub } from './camera-hub.js';
import { Channel } from './channel.js';
import { answer } from './http-routes.js';
import type { Percentiles } from './measures.js';
import { type FrameServerOptions, type ResolvedOptions, resolveOptions } from './options.js';
import { SocketGate } from './socket-gate.js';
import type { CameraReceiver, CameraState, StreamCounts, ViewerState } from './state.js';
import { type Viewer, watchAsMjpeg, watchOverWebSocket } from './viewers.js';

/** A viewer has nothing long to say. */
const MAX_VIEWER_MESSAGE = 4096;
/** How long a peer may take to say goodbye when the server closes. */
const CLOSE_GRACE_MS = 1000;

/** A running server. See {@link openFrameServer}. */
export interface FrameServer {
  /** Where it listens, for example `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Names of its streams. */
  readonly streams: readonly string[];
  /** How many watch, over WebSocket or MJPEG. */
  readonly viewers: number;
  /** What happened to each viewer. */
  readonly viewerStates: readonly ViewerState[];
  /** Per stream, from {@link Frame.time} to the hand-over to a viewer's socket, in ms, over the last ten seconds. */
  readonly latency: Readonly<Record<string, Percentiles>>;
  /** What happened to the frames of each stream. */
  readonly counts: Readonly<Record<string, StreamCounts>>;
  /** Browsers' cameras that are connected, in the order in which they came. */
  readonly cameras: readonly CameraState[];
  /**
   * Shows a frame to whoever watches `stream`. Never blocks and keeps at most one frame waiting. The same object twice in a
   * row is one frame. After `close` it does nothing.
   *
   * @throws {IrisflowError} `USAGE` on a name that the server was not opened with.
   */
  publish(stream: string, frame: Frame): void;
  /** Gives `receiver` the frames of a browser's camera until the returned function is called. See `fromBrowser`. */
  watchCameras(receiver: CameraReceiver): () => void;
  /** Lets frames that are being encoded out, says 1001 to every socket, and resolves when all connections are gone (about 1 s at most). */
  close(): Promise<void>;
}

/**
 * Opens a server that shows streams of frames to any number of viewers:
 *
 * - `ws://HOST:PORT/ws?streams=a,b` sends binary messages (a header, see {@link encodeHeader}, and a JPEG)
 * - `GET /stream/NAME.mjpg` for `<img>`, OBS and VLC, `GET /stream/NAME.jpg` for the newest picture
 * - `ws://HOST:PORT/ws/camera` takes the pictures of a browser's camera, see `fromBrowser`
 * - `GET /api/status`, `GET /api/history` as JSON, and the files of `page`
 *
 * Each frame is encoded once, off the main thread, and only while somebody watches. Overflow is `latest` everywhere: one frame of
 * a stream is being encoded and one waits; one is being written to a viewer and one waits. A viewer that stops reading holds at
 * most `maxQueuedBytes` and costs the others nothing.
 *
 * Only its own pages, and those of `allowedOrigins`, may connect; on a loopback address it serves only names of this machine.
 * sharp's process-wide cache and thread settings are set to `cache(false)` and `concurrency(1)`.
 *
 * @throws {IrisflowError} `USAGE` on a wrong option, also a port that is taken or a host where it cannot listen.
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
    const access = new AccessPolicy(isLoopback(options.host), options.allowedOrigins);
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
      () => this.#hasRoom,
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
    const gone = Promise.all([this.#gate.close(), new Promise<void>((resolve) => this.http.close(() => resolve()))]);
    this.#cameras.close();
    await Promise.all([...this.#channels.values()].map((channel) => channel.drained()));
    for (const viewer of this.#viewers) viewer.close();
    const impatient = setTimeout(() => {
      this.#gate.terminateAll();
      this.http.closeAllConnections();
    }, CLOSE_GRACE_MS);
    await gone;
    clearTimeout(impatient);
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
    if (!this.#hasRoom || this.#closing) return false;
    const viewer = watchAsMjpeg(response, channel, this.options.maxQueuedBytes, () => this.#viewers.delete(viewer));
    this.#viewers.add(viewer);
    return true;
  }

  get #hasRoom(): boolean {
    return this.#viewers.size + this.#cameras.size < this.options.maxClients;
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

/** The latency of the stream that is slowest: what one frame costs at most, wherever it goes. */
function slowest(streams: Readonly<Record<string, StreamCounts>>): Percentiles {
  let worst: Percentiles = { p50: null, p95: null };
  for (const { latency } of Object.values(streams)) {
    if ((latency.p50 ?? -1) > (worst.p50 ?? -1)) worst = latency;
  }
  return worst;
}

function listen(http: Server, { host, port }: ResolvedOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(host, port, cause)));
    http.listen(port, host, () => {
      http.removeAllListeners('error');
      // Out of file descriptors, for example: that connection is lost, the server is not.
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

/** A close reason has room for 123 bytes. */
function unknownStream(name: string, streams: readonly string[]): string {
  const reason = Buffer.from(`unknown stream "${name.slice(0, 30)}"; there are: ${streams.join(', ')}`);
  return reason.length <= 123 ? String(reason) : `${String(reason.subarray(0, 119)).replace(/\uFFFD+$/, '')}…`;
}
