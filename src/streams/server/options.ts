/** Checks the options of the frame server and fills in their defaults. */
import { statSync } from 'node:fs';
import { IrisflowError } from '../../errors.js';
import { checkOrigins, isLoopback } from './access.js';
import { STREAM_NAME } from './protocol.js';
import { newSecret } from './secret.js';

/** Options of `openFrameServer`. */
export interface FrameServerOptions {
  /** Unique names of the streams, at least one: letters, digits, `-`, `_`. */
  readonly streams: readonly string[];
  /** Address to listen on. Default `127.0.0.1`, for this machine only. With `0.0.0.0` other machines can connect. */
  readonly host?: string;
  /**
   * The secret that viewers and cameras have to send, of 16 to 200 letters, digits, `-`, `_`: see `FrameServer.link`. Default: none on a
   * loopback address, a random one elsewhere.
   */
  readonly token?: string;
  /** Asks nobody for a secret, also where other machines can connect. Default false. */
  readonly openToAll?: boolean;
  /** Port to listen on; 0 takes any free one. Default 8787. */
  readonly port?: number;
  /** Folder of static files to serve at `/`. Default none. */
  readonly page?: string;
  /** JPEG quality, 1 to 100. Default 85. */
  readonly quality?: number;
  /** Origins besides the server's own whose pages may connect, for example `https://example.org`, or `*`. Default none. */
  readonly allowedOrigins?: readonly string[];
  /** Fields that are added to the server's own in `GET /api/status`, or replace them. */
  readonly status?: () => object;
  /** The body of `GET /api/history`. Default `{ reports: [] }`. */
  readonly history?: () => object;
  /** Largest number of queued bytes for one viewer, 64 KiB to 256 MiB. Default 2 MiB. */
  readonly maxQueuedBytes?: number;
  /** Largest number of connected viewers and cameras, 1 to 10 000. Default 64. */
  readonly maxClients?: number;
  /** Told each time that somebody is refused because `maxClients` are connected. */
  readonly onFull?: () => void;
  /** Largest picture that a browser's camera may send, in bytes, 1 KiB to 64 MiB. Default 4 MiB. */
  readonly maxCameraBytes?: number;
  /** Largest picture that a browser's camera may send, in pixels. Default 9 437 184 (4096 × 2304). */
  readonly maxCameraPixels?: number;
}

export type ResolvedOptions = Required<Omit<FrameServerOptions, 'page' | 'token'>> & {
  readonly page: string | undefined;
  readonly token: string | undefined;
};

/** Fills in the defaults. @throws {IrisflowError} `USAGE` with the name of a wrong option. */
export function resolveOptions(options: FrameServerOptions): ResolvedOptions {
  const resolved: ResolvedOptions = {
    streams: options.streams,
    host: options.host ?? '127.0.0.1',
    token: options.token ?? secretFor(options),
    openToAll: options.openToAll ?? false,
    port: options.port ?? 8787,
    page: options.page,
    quality: options.quality ?? 85,
    allowedOrigins: options.allowedOrigins ?? [],
    status: options.status ?? (() => ({})),
    history: options.history ?? (() => ({ reports: [] })),
    maxQueuedBytes: options.maxQueuedBytes ?? 2 * 2 ** 20,
    maxClients: options.maxClients ?? 64,
    onFull: options.onFull ?? (() => {}),
    maxCameraBytes: options.maxCameraBytes ?? 4 * 2 ** 20,
    maxCameraPixels: options.maxCameraPixels ?? 4096 * 2304,
  };
  checkStreams(resolved.streams);
  if (typeof resolved.host !== 'string' || resolved.host === '')
    wrong('host', resolved.host, 'an address or host name');
  if (resolved.token !== undefined && !/^[\w-]{16,200}$/.test(resolved.token)) {
    throw new IrisflowError('USAGE', 'token is not usable: it must be 16 to 200 letters, digits, "-" and "_".');
  }
  checkWhole(resolved, 'port', 0, 65_535);
  checkWhole(resolved, 'quality', 1, 100);
  checkWhole(resolved, 'maxQueuedBytes', 64 * 2 ** 10, 256 * 2 ** 20);
  checkWhole(resolved, 'maxClients', 1, 10_000);
  checkWhole(resolved, 'maxCameraBytes', 2 ** 10, 64 * 2 ** 20);
  checkWhole(resolved, 'maxCameraPixels', 1, 2 ** 28);
  checkOrigins(resolved.allowedOrigins);
  if (resolved.page !== undefined && !statSync(resolved.page, { throwIfNoEntry: false })?.isDirectory()) {
    wrong('page', resolved.page, 'a folder that exists');
  }
  return resolved;
}

function secretFor({ host = '127.0.0.1', openToAll = false }: FrameServerOptions): string | undefined {
  return openToAll || isLoopback(host) ? undefined : newSecret();
}

function checkStreams(streams: readonly string[]): void {
  if (!Array.isArray(streams) || streams.length === 0) wrong('streams', streams, 'a list of at least one name');
  for (const name of streams) {
    if (typeof name !== 'string' || !STREAM_NAME.test(name)) {
      wrong('streams', name, 'names of letters, digits, "-" and "_", at most 64 of them');
    }
  }
  if (new Set(streams).size !== streams.length) wrong('streams', streams, 'a list that has no name twice');
}

type WholeOption = 'port' | 'quality' | 'maxQueuedBytes' | 'maxClients' | 'maxCameraBytes' | 'maxCameraPixels';

function checkWhole(options: ResolvedOptions, name: WholeOption, low: number, high: number): void {
  const value = options[name];
  if (!Number.isInteger(value) || value < low || value > high)
    wrong(name, value, `a whole number from ${low} to ${high}`);
}

function wrong(name: string, value: unknown, allowed: string): never {
  throw new IrisflowError('USAGE', `${name} is ${JSON.stringify(value) ?? String(value)}: it must be ${allowed}.`);
}
