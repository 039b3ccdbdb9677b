/** Serves the files of one folder, and nothing outside it. */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
};

/** Nothing from elsewhere is loaded; charts set styles from scripts. */
const POLICY =
  "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'";

/** Answers with the file at `path` (percent-encoded, beginning with `/`); says false, answering nothing, where there is none. */
export async function serveFile(
  folder: string,
  path: string,
  response: ServerResponse,
  withBody: boolean,
): Promise<boolean> {
  const file = await locate(folder, path);
  if (!file) return false;
  response.writeHead(200, {
    'Content-Type': TYPES[extname(file.path).toLowerCase()] ?? 'application/octet-stream',
    'Content-Length': file.size,
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': POLICY,
  });
  if (withBody) await pipeline(createReadStream(file.path, { end: Math.max(0, file.size - 1) }), response);
  else response.end();
  return true;
}

async function locate(folder: string, path: string): Promise<{ path: string; size: number } | undefined> {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  if (/[\0\\]/.test(decoded)) return undefined;
  const root = resolve(folder);
  const wanted = join(root, decoded.endsWith('/') ? `${decoded}index.html` : decoded);
  if (!wanted.startsWith(root + sep)) return undefined;
  try {
    // A link inside the folder must not lead out of it either.
    const real = await realpath(wanted);
    if (!real.startsWith((await realpath(root)) + sep)) return undefined;
    const stats = await stat(real);
    return stats.isFile() ? { path: real, size: stats.size } : undefined;
  } catch {
    return undefined;
  }
}
