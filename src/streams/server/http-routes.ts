/** The HTTP routes of the server. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../../errors.js';
import type { AccessPolicy } from './access.js';
import type { Channel } from './channel.js';
import { ENTRY } from './secret.js';
import { serveFile } from './static-files.js';
import { snapshot } from './viewers.js';

/** The parts of the server that the routes use. */
export interface Site {
  readonly channels: ReadonlyMap<string, Channel>;
  readonly access: AccessPolicy;
  readonly page: string | undefined;
  /** The body of `/api/status`. */
  status(): object;
  /** The body of `/api/history`. */
  history(): object;
  /** Streams a channel to a response; returns false where the number of viewers is at its limit. */
  watch(response: ServerResponse, channel: Channel): boolean;
}

/** Answers one request. Never throws and never rejects. */
export async function answer(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    setCommonHeaders(site.access, request, response);
    await route(site, request, response);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else fail(response, 500, messageOf(error));
  }
}

async function route(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const refusal = site.access.refusal(request);
  if (refusal) return fail(response, 403, refusal);
  const path = pathOf(request.url);
  if (path === undefined) return fail(response, 400, 'The address is not valid.');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return fail(response, 405, `${request.method} is not possible here: only GET and HEAD are.`);
  }
  const locked = site.access.locked(request, path);
  if (locked) {
    // A page that fetches is not to make the browser ask for a password.
    if (path.startsWith('/stream/')) response.setHeader('WWW-Authenticate', 'Basic realm="irisflow"');
    return fail(response, 401, locked);
  }
  const withBody = request.method === 'GET';
  if (path === ENTRY) return enter(site, request, response);
  if (path === '/api/status') return sendJson(response, site.status(), withBody);
  if (path === '/api/history') return sendJson(response, site.history(), withBody);
  const stream = /^\/stream\/([^/]*)\.(mjpg|jpg)$/.exec(path);
  if (stream) return await sendStream(site, stream[1] as string, stream[2] as string, response, withBody);
  if (site.page !== undefined && (await serveFile(site.page, path, response, withBody))) return;
  fail(response, 404, `There is nothing at this address. Streams are at ${addresses(site)}; numbers at /api/status.`);
}

function enter(site: Site, request: IncomingMessage, response: ServerResponse): void {
  const cookie = site.access.entry(request);
  if (cookie === undefined) fail(response, 401, 'This is not the secret of this server.');
  else response.writeHead(204, { 'Set-Cookie': cookie, 'Cache-Control': 'no-store' }).end();
}

async function sendStream(
  site: Site,
  name: string,
  kind: string,
  response: ServerResponse,
  withBody: boolean,
): Promise<void> {
  const channel = site.channels.get(name);
  if (!channel) return fail(response, 404, `There is no stream of this name. Streams are at ${addresses(site)}.`);
  if (kind === 'mjpg') {
    if (!withBody) response.end();
    else if (!site.watch(response, channel)) fail(response, 503, 'Too many viewers: try again when one has gone.');
    return;
  }
  if (!channel.hasFrame) return fail(response, 503, `"${name}" has had no frame yet: try again.`);
  const jpeg = await snapshot(channel);
  response.writeHead(200, {
    'Content-Type': 'image/jpeg',
    'Content-Length': jpeg.length,
    'Cache-Control': 'no-store',
  });
  response.end(withBody ? jpeg : undefined);
}

function setCommonHeaders(access: AccessPolicy, request: IncomingMessage, response: ServerResponse): void {
  const origin = access.corsOrigin(request);
  if (origin !== undefined) response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Vary', 'Origin');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  // Without this header any site in the browser could embed the pictures in an <img>.
  response.setHeader('Cross-Origin-Resource-Policy', access.embeddable ? 'cross-origin' : 'same-site');
}

function sendJson(response: ServerResponse, body: object, withBody: boolean): void {
  const json = Buffer.from(JSON.stringify(body));
  response.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': json.length,
    'Cache-Control': 'no-store',
  });
  response.end(withBody ? json : undefined);
}

function fail(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`${message}\n`);
}

function pathOf(url: string | undefined): string | undefined {
  // After two slashes, URL would parse a host name.
  if (!url?.startsWith('/') || url.startsWith('//') || !URL.canParse(url, 'http://server')) return undefined;
  return new URL(url, 'http://server').pathname;
}

function addresses(site: Site): string {
  return [...site.channels.keys()].map((name) => `/stream/${name}.mjpg`).join(', ');
}
