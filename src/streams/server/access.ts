/** Access control of the server by the Host and Origin headers. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { IrisflowError } from '../../errors.js';
import { ENTRY, type Secret } from './secret.js';

/** Checks that every entry is a valid origin or `*`. */
export function checkOrigins(origins: readonly string[]): void {
  for (const origin of origins) {
    if (origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin)) continue;
    throw new IrisflowError(
      'USAGE',
      `allowedOrigins has ${JSON.stringify(origin)}: an origin looks like "https://example.org" or "http://localhost:3000" (no path, no final slash), or is "*" for any.`,
    );
  }
}

/** Decides from the headers which requests are allowed, for HTTP and WebSocket alike. */
export class AccessPolicy {
  readonly #hosts: ReadonlySet<string>;

  constructor(
    host: string,
    private readonly allowedOrigins: readonly string[],
    /** Absent: nobody is asked for one. */
    private readonly secret?: Secret,
  ) {
    const allowed = allowedOrigins.filter((origin) => origin !== '*').map((origin) => new URL(origin).hostname);
    const own = isLoopback(host)
      ? []
      : [host.toLowerCase(), hostname().toLowerCase(), `${hostname().toLowerCase()}.local`];
    this.#hosts = new Set([...allowed, ...own]);
  }

  /** The reason to refuse the request; `undefined` where it is allowed. */
  refusal(request: IncomingMessage): string | undefined {
    const { host, origin } = request.headers;
    if (!this.#servesHost(host)) {
      return `This server does not serve the name ${printable(host)}: open it as localhost or by its address, or list the origin in allowedOrigins.`;
    }
    if (origin !== undefined && !this.#servesOrigin(origin, host)) {
      return `Pages of ${printable(origin)} may not connect: list the origin in allowedOrigins.`;
    }
    return undefined;
  }

  /** Why the request may not have what is protected, which is everything but the files of the page. */
  locked(request: IncomingMessage, path: string): string | undefined {
    const open = !/^\/(?:api|stream|ws)(?:\/|$)/.test(path) || path === ENTRY;
    if (open || !this.secret || this.secret.isKnown(request)) return undefined;
    return 'This server asks for its secret: open the link that it printed, or send the secret as a password.';
  }

  /** The cookie for a browser that sends the secret to {@link ENTRY}. */
  entry(request: IncomingMessage): string | undefined {
    return this.secret?.isSent(request) ? this.secret.cookieFor('encrypted' in request.socket) : undefined;
  }

  /** The value of `Access-Control-Allow-Origin` for a request from an allowed origin. */
  corsOrigin(request: IncomingMessage): string | undefined {
    const { origin } = request.headers;
    return this.refusal(request) === undefined ? origin : undefined;
  }

  /** Whether pages of other sites may embed the streams. */
  get embeddable(): boolean {
    return this.allowedOrigins.length > 0;
  }

  /** Protects against DNS rebinding: a foreign page can resolve its own host name to this machine, but its Host header shows that name. */
  #servesHost(host: string | undefined): boolean {
    if (host === undefined || this.allowedOrigins.includes('*')) return true;
    if (!URL.canParse(`http://${host}`)) return false;
    const name = new URL(`http://${host}`).hostname;
    return name === 'localhost' || name.endsWith('.localhost') || isAddress(name) || this.#hosts.has(name);
  }

  #servesOrigin(origin: string, host: string | undefined): boolean {
    if (this.allowedOrigins.includes('*') || this.allowedOrigins.includes(origin)) return true;
    return URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase();
  }
}

/** Whether a host to listen on is reachable from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

function isAddress(name: string): boolean {
  return isIP(name.replace(/^\[|\]$/g, '')) !== 0;
}

function printable(value: string | undefined): string {
  return JSON.stringify((value ?? '').slice(0, 100));
}
