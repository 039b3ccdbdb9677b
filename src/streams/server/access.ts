/** Access control of the server by the Host and Origin headers. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { IrisflowError } from '../../errors.js';

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
    private readonly loopback: boolean,
    private readonly allowedOrigins: readonly string[],
  ) {
    this.#hosts = new Set(allowedOrigins.filter((origin) => origin !== '*').map((origin) => new URL(origin).hostname));
  }

  /** The reason to refuse the request; `undefined` where it is allowed. */
  refusal(request: IncomingMessage): string | undefined {
    const { host, origin } = request.headers;
    if (!this.#servesHost(host)) {
      return `This server is only for this machine and does not serve ${printable(host)}: open it as localhost, or list the origin in allowedOrigins.`;
    }
    if (origin !== undefined && !this.#servesOrigin(origin, host)) {
      return `Pages of ${printable(origin)} may not connect: list the origin in allowedOrigins.`;
    }
    return undefined;
  }

  /** The value of `Access-Control-Allow-Origin` for a request from an allowed origin. */
  corsOrigin(request: IncomingMessage): string | undefined {
    const { origin } = request.headers;
    return origin !== undefined && this.#servesOrigin(origin, request.headers.host) ? origin : undefined;
  }

  /** Whether pages of other sites may embed the streams. */
  get embeddable(): boolean {
    return this.allowedOrigins.length > 0;
  }

  /** Protects against DNS rebinding: a foreign page can resolve its own host name to 127.0.0.1, but its Host header shows that name. */
  #servesHost(host: string | undefined): boolean {
    if (!this.loopback || host === undefined || this.allowedOrigins.includes('*')) return true;
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
