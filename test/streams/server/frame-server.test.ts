import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { type FrameServer, type FrameServerOptions, openFrameServer } from '../../../src/streams/index.js';
import { connect, frameOf, noiseFrame, refusal, until } from './clients.js';

const open: FrameServer[] = [];
const folders: string[] = [];

async function serve(options: Partial<FrameServerOptions> = {}): Promise<FrameServer> {
  const server = await openFrameServer({ streams: ['a', 'b'], port: 0, ...options });
  open.push(server);
  return server;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'irisflow-page-'));
  folders.push(path);
  return path;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
  for (const path of folders.splice(0)) rmSync(path, { recursive: true });
});

/** Sends a request exactly as written; fetch would normalise the path and refuse some headers. */
async function raw(server: FrameServer, path: string, headers: Record<string, string> = {}, method = 'GET') {
  const { hostname, port } = new URL(server.url);
  const asked = request({ hostname, port, path, headers, method }).end();
  const [response] = await once(asked, 'response');
  let body = '';
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode as number, headers: response.headers, body };
}

describe('openFrameServer', () => {
  it.each<[string, object]>([
    ['streams', { streams: [] }],
    ['streams', { streams: ['a', 'a'] }],
    ['streams', { streams: ['a/b'] }],
    ['port', { port: 65_536 }],
    ['port', { port: 1.5 }],
    ['host', { host: '' }],
    ['quality', { quality: 0 }],
    ['maxQueuedBytes', { maxQueuedBytes: 10 }],
    ['allowedOrigins', { allowedOrigins: ['https://example.org/'] }],
    ['allowedOrigins', { allowedOrigins: ['example.org'] }],
    ['page', { page: '/no/such/folder' }],
  ])('refuses a wrong %s', async (name, options) => {
    await expect(openFrameServer({ streams: ['a'], port: 0, ...options })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(name),
    });
  });

  it('suggests another port where the port is taken', async () => {
    const first = await serve();
    const port = Number(new URL(first.url).port);
    await expect(openFrameServer({ streams: ['a'], port })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(`port ${port} on 127.0.0.1 is taken`),
    });
  });

  it('refuses to publish to an unknown stream', async () => {
    const server = await serve();
    expect(() => server.publish('c', frameOf(0))).toThrow(/no stream "c".*a, b/);
  });
});

describe('WebSocket viewers', () => {
  it('sends its greeting, then each frame as header and JPEG', async () => {
    const server = await serve();
    const client = connect(server.url, '/ws?streams=a');
    expect(await client.hello).toEqual({ protocol: 1, streams: ['a'] });
    expect(client.socket.extensions).toBe('');
    const frame = frameOf(5, { width: 64, height: 48, version: 2, refined: false, time: 1234.5 });
    server.publish('b', frameOf(0));
    server.publish('a', frame);
    await client.atLeast(1);
    expect(client.messages[0]?.header).toEqual({
      stream: 'a',
      sequence: 5,
      time: 1234.5,
      width: 64,
      height: 48,
      version: 2,
      refined: false,
    });
    const { info } = await sharp(client.messages[0]?.jpeg).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 64, height: 48, channels: 3 });
  });

  it('marks frames that no model has changed', async () => {
    const server = await serve();
    const client = connect(server.url);
    await client.hello;
    server.publish('a', frameOf(0));
    await client.atLeast(1);
    expect(client.messages[0]?.header).toMatchObject({ version: 0, refined: false });
  });

  it('sends all streams to a viewer that names none', async () => {
    const server = await serve();
    expect(await connect(server.url).hello).toMatchObject({ streams: ['a', 'b'] });
    expect(await connect(server.url, '/ws?streams=').hello).toMatchObject({ streams: ['a', 'b'] });
    expect(await connect(server.url, '/ws?streams=b,b').hello).toMatchObject({ streams: ['b'] });
  });

  it('closes with a reason that names an unknown stream', async () => {
    const server = await serve({ streams: ['a', 'a-stream-with-a-very-long-name', 'ä'.replace('ä', 'z').repeat(60)] });
    const { code, reason } = await connect(server.url, '/ws?streams=a,nope').closed;
    expect(code).toBe(1008);
    expect(reason).toContain('unknown stream "nope"; there are: a, a-stream');
    const hostile = await connect(server.url, `/ws?streams=${encodeURIComponent('ü€'.repeat(500))}`).closed;
    expect(hostile.code).toBe(1008);
    expect(server.viewers).toBe(0);
  });

  it('sends no more than the credit that a viewer gives', async () => {
    const server = await serve();
    const client = connect(server.url, '/ws?streams=a');
    await client.hello;
    client.credit(2);
    client.credit(0);
    for (let sequence = 0; sequence < 20; sequence++) {
      server.publish('a', frameOf(sequence));
      await until(() => server.counts.a?.inFlight === 0);
    }
    await client.atLeast(2);
    client.credit(1);
    await client.atLeast(3);
    expect(client.messages.at(-1)?.header.sequence).toBe(19);
    expect(server.viewerStates[0]).toMatchObject({ kind: 'websocket', sent: expect.any(Number) });
  });

  it.each([
    ['text that is no JSON', 'hello'],
    ['JSON that is no credit', '[]'],
    ['a credit that is no number', '{"credit":"1"}'],
    ['a negative credit', '{"credit":-1}'],
    ['a credit beyond numbers', '{"credit":1e999}'],
    ['binary', Buffer.from('{"credit":1}')],
  ])('closes with 1008 on %s', async (_, message) => {
    const server = await serve();
    const client = connect(server.url);
    await client.hello;
    client.socket.send(message);
    expect((await client.closed).code).toBe(1008);
    await until(() => server.viewers === 0);
  });

  it('closes with 1009 on an oversized message', async () => {
    const server = await serve();
    const client = connect(server.url);
    await client.hello;
    client.socket.send('x'.repeat(100_000));
    expect((await client.closed).code).toBe(1009);
  });

  it('withstands hostile bytes instead of WebSocket frames', async () => {
    const server = await serve();
    const healthy = connect(server.url);
    await healthy.hello;
    for (let seed = 0; seed < 20; seed++) {
      const bad = connect(server.url);
      await bad.hello;
      const noise = noiseFrame(seed, 20, 20).data;
      (bad.socket as unknown as { _socket: NodeJS.WritableStream })._socket.write(Buffer.from(noise));
      await bad.closed;
    }
    server.publish('a', frameOf(1));
    await healthy.atLeast(1);
    await until(() => server.viewers === 1);
  });

  it('keeps no state of disconnected viewers', async () => {
    const server = await serve();
    for (let round = 0; round < 10; round++) {
      const clients = [connect(server.url), connect(server.url), connect(server.url, '/ws?streams=b')];
      await Promise.all(clients.map(({ hello }) => hello));
      server.publish('a', frameOf(round));
      // Not the frame of the round before, which a new viewer is shown first.
      await until(() => clients[0]?.messages.at(-1)?.header.sequence === round);
      clients[0]?.socket.close();
      clients[1]?.socket.terminate();
      clients[2]?.socket.close();
      await until(() => server.viewers === 0);
    }
    expect(server.counts).toMatchObject({ a: { viewers: 0, in: 10, out: 10 }, b: { viewers: 0 } });
    expect(server.viewerStates).toEqual([]);
  });

  it('refuses clients beyond maxClients', async () => {
    const server = await serve({ maxClients: 2 });
    const first = connect(server.url);
    await first.hello;
    await connect(server.url).hello;
    expect(await refusal(server.url, '/ws')).toBe(503);
    expect((await raw(server, '/stream/a.mjpg')).status).toBe(503);
    first.socket.close();
    await until(() => server.viewers === 1);
    await connect(server.url).hello;
  });

  it('a viewer that stops reading does not affect others and uses bounded memory', async () => {
    const limit = 256 * 2 ** 10;
    const frames = 300;
    const server = await serve({ streams: ['a'], maxQueuedBytes: limit, quality: 90 });
    const healthy = [connect(server.url), connect(server.url), connect(server.url)];
    const paused = connect(server.url);
    await Promise.all([...healthy, paused].map(({ hello }) => hello));
    paused.socket.pause();
    let queued = 0;
    for (let sequence = 0; sequence < frames; sequence++) {
      server.publish('a', noiseFrame(sequence, 200, 150));
      await Promise.all(healthy.map((client) => client.atLeast(sequence + 1)));
      queued = Math.max(queued, ...server.viewerStates.map(({ queuedBytes }) => queuedBytes));
    }
    expect(queued).toBeLessThanOrEqual(limit);
    for (const { messages } of healthy) expect(messages).toHaveLength(frames);
    expect(server.counts.a).toMatchObject({ in: frames, out: frames, dropped: 0 });
    const stalled = server.viewerStates.find(({ skipped }) => skipped > 0);
    expect(stalled?.sent).toBeLessThan(frames);
    paused.socket.resume();
    await until(() => paused.messages.at(-1)?.header.sequence === frames - 1);
  });

  it('never mixes streams', async () => {
    const streams = ['s0', 's1', 's2', 's3'];
    const colours = [
      [250, 0, 0],
      [0, 250, 0],
      [0, 0, 250],
      [250, 250, 0],
    ];
    const server = await serve({ streams });
    const wishes = streams.flatMap((name, at) => [[name], [name, streams[(at + 1) % 4] as string]]);
    const clients = wishes.map((names) => connect(server.url, `/ws?streams=${names.join(',')}`));
    await Promise.all(clients.map(({ hello }) => hello));
    for (let sequence = 0; sequence < 25; sequence++) {
      for (const [at, name] of streams.entries())
        server.publish(name, frameOf(sequence, { colour: colours[at], width: 16 + at }));
      await Promise.all(clients.map((client, at) => client.atLeast((sequence + 1) * (wishes[at] as string[]).length)));
    }
    for (const [at, client] of clients.entries()) {
      expect(new Set(client.messages.map(({ header }) => header.stream))).toEqual(new Set(wishes[at]));
      for (const { header, jpeg } of client.messages.slice(-2)) {
        const source = streams.indexOf(header.stream);
        expect(header.width).toBe(16 + source);
        const { channels } = await sharp(jpeg).stats();
        const seen = channels.map(({ mean }) => (mean > 125 ? 250 : 0));
        expect(seen).toEqual(colours[source]);
      }
    }
  });

  it('measures latency from the time of the frame to the socket', async () => {
    const server = await serve();
    expect(server.latency.a).toEqual({ p50: null, p95: null });
    const client = connect(server.url, '/ws?streams=a');
    await client.hello;
    server.publish('a', frameOf(0, { time: Date.now() - 500 }));
    await client.atLeast(1);
    expect(server.latency.a?.p50).toBeGreaterThanOrEqual(500);
    expect(server.latency.b).toEqual({ p50: null, p95: null });
    const late = connect(server.url, '/ws?streams=a');
    await late.atLeast(1);
    expect(server.latency.a?.p95).toBeLessThan(5000);
  });
});

describe('who may connect', () => {
  it('accepts its own pages and programs without an Origin', async () => {
    const server = await serve();
    await connect(server.url, '/ws', { Origin: server.url }).hello;
    const { port } = new URL(server.url);
    await connect(server.url, '/ws', { Origin: `http://localhost:${port}`, Host: `localhost:${port}` }).hello;
  });

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'not a url'])(
    'pages of %s may not',
    async (Origin) => {
      const server = await serve();
      expect(await refusal(server.url, '/ws', { Origin })).toBe(403);
      expect((await raw(server, '/api/status', { Origin })).status).toBe(403);
      expect((await raw(server, '/stream/a.mjpg', { Origin })).status).toBe(403);
    },
  );

  it('accepts pages of allowed origins', async () => {
    const Origin = 'https://friend.example';
    const server = await serve({ allowedOrigins: [Origin] });
    await connect(server.url, '/ws', { Origin }).hello;
    const { status, headers } = await raw(server, '/api/status', { Origin });
    expect(status).toBe(200);
    expect(headers['access-control-allow-origin']).toBe(Origin);
    expect(await refusal(server.url, '/ws', { Origin: 'https://evil.example' })).toBe(403);
  });

  it('refuses a foreign host name that resolves to this machine', async () => {
    const server = await serve();
    const host = `evil.example:${new URL(server.url).port}`;
    expect((await raw(server, '/api/status', { Host: host })).status).toBe(403);
    expect(await refusal(server.url, '/ws', { Host: host, Origin: `http://${host}` })).toBe(403);
  });

  it('refuses WebSockets at other paths', async () => {
    const server = await serve();
    expect(await refusal(server.url, '/other')).toBe(404);
    expect(await refusal(server.url, '//')).toBe(404);
  });
});

describe('where other machines can connect', () => {
  const protectedPaths = ['/api/status', '/api/history', '/stream/a.jpg', '/stream/a.mjpg', '/api/enter'];

  it('nothing is shown to whoever does not know the secret', async () => {
    const page = folder();
    writeFileSync(join(page, 'index.html'), '<title>x</title>');
    const server = await serve({ host: '0.0.0.0', page });
    server.publish('a', frameOf(0));
    expect((await raw(server, '/')).status).toBe(200);
    const { port } = new URL(server.url);
    const without: Record<string, string>[] = [
      {},
      { Cookie: `irisflow-${port}=` },
      { Cookie: 'irisflow=x; a=b' },
      { Authorization: 'Bearer ' },
      { Authorization: 'Bearer wrong' },
      { Authorization: `Basic ${Buffer.from('a:b').toString('base64')}` },
    ];
    for (const headers of without) {
      for (const path of protectedPaths) expect([path, (await raw(server, path, headers)).status]).toEqual([path, 401]);
      for (const path of ['/ws', '/ws/camera']) expect(await refusal(server.url, path, headers)).toBe(401);
    }
  });

  it('its link lets a browser in by a cookie, and programs by a password', async () => {
    const server = await serve({ host: '0.0.0.0' });
    server.publish('a', frameOf(0));
    const token = /^#token=([\w-]{24})$/.exec(new URL(server.link).hash)?.[1];
    expect(server.link).toBe(`${server.url}/#token=${token}`);
    const entered = await raw(server, '/api/enter', { Authorization: `Bearer ${token}` });
    const [cookie = ''] = entered.headers['set-cookie'] ?? [];
    expect([entered.status, cookie]).toEqual([204, expect.stringMatching(/; HttpOnly; SameSite=Strict$/)]);
    const withSecret: Record<string, string>[] = [
      { Cookie: `other=1; ${cookie.split(';')[0]}` },
      { Authorization: `Bearer ${token}` },
      { Authorization: `Basic ${Buffer.from(`obs:${token}`).toString('base64')}` },
    ];
    for (const headers of withSecret) {
      expect((await raw(server, '/api/status', headers)).status).toBe(200);
      expect((await raw(server, '/stream/a.jpg', headers)).status).toBe(200);
      await connect(server.url, '/ws', headers).hello;
      await connect(server.url, '/ws/camera', headers).hello;
      const foreign = { ...headers, Origin: 'https://evil.example' };
      expect(await refusal(server.url, '/ws', foreign)).toBe(403);
    }
  });

  it('a page that gives its own name this address gets nothing, also where no secret is asked for', async () => {
    for (const openToAll of [false, true]) {
      const server = await serve({ host: '0.0.0.0', openToAll });
      const Host = `evil.example:${new URL(server.url).port}`;
      const refused = await raw(server, '/stream/a.jpg', { Host, Origin: `http://${Host}` });
      expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([403, undefined]);
      expect(await refusal(server.url, '/ws', { Host, Origin: `http://${Host}` })).toBe(403);
      if (openToAll) expect([server.link, (await raw(server, '/api/status')).status]).toEqual([server.url, 200]);
    }
  });

  it('a secret of its own is asked for on this machine, too', async () => {
    const server = await serve({ token: 'sixteen-letters-' });
    expect((await raw(server, '/api/status')).status).toBe(401);
    expect((await raw(server, '/api/status', { Authorization: 'Bearer sixteen-letters-' })).status).toBe(200);
    await expect(openFrameServer({ streams: ['a'], port: 0, token: 'short' })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('tells when somebody is refused because too many are connected', async () => {
    let full = 0;
    const server = await serve({ maxClients: 1, onFull: () => full++ });
    await connect(server.url, '/ws').hello;
    expect(await refusal(server.url, '/ws')).toBe(503);
    expect((await raw(server, '/stream/a.mjpg')).status).toBe(503);
    expect(full).toBe(2);
  });
});

describe('HTTP', () => {
  it('serves the page and nothing outside its folder', async () => {
    const root = folder();
    const page = join(root, 'page');
    mkdirSync(join(page, 'sub'), { recursive: true });
    writeFileSync(join(root, 'secret.txt'), 'secret');
    writeFileSync(join(page, 'index.html'), '<title>x</title>');
    writeFileSync(join(page, 'a b.js'), '1');
    writeFileSync(join(page, 'empty.css'), '');
    symlinkSync(join(root, 'secret.txt'), join(page, 'link.txt'));
    const server = await serve({ page });
    const index = await raw(server, '/');
    expect(index).toMatchObject({ status: 200, body: '<title>x</title>' });
    expect(index.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'self'"),
    });
    expect((await raw(server, '/a%20b.js')).headers['content-type']).toContain('javascript');
    expect(await raw(server, '/empty.css')).toMatchObject({ status: 200, body: '' });
    expect(await raw(server, '/index.html', {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
    for (const path of [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/sub/..%2f..%2fsecret.txt',
      '/..%5csecret.txt',
      '//secret.txt',
      '/link.txt',
      '/sub',
      '/sub/',
      '/%00',
      '/%ff',
      '/index.html%00.js',
    ]) {
      const { status, body } = await raw(server, path);
      expect([400, 404], path).toContain(status);
      expect(body).not.toBe('secret');
    }
  });

  it('answers 404 and 405 with the available addresses', async () => {
    const server = await serve();
    expect(await raw(server, '/')).toMatchObject({ status: 404, body: expect.stringContaining('/stream/a.mjpg') });
    expect((await raw(server, '/stream/c.mjpg')).status).toBe(404);
    expect((await raw(server, '/stream/../a.jpg')).status).toBe(404);
    const post = await raw(server, '/api/status', {}, 'POST');
    expect(post).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('serves status and history, where the session overrides the server', async () => {
    const server = await serve({
      status: () => ({ engine: 'onnx', version: 7, latency: { p50: 1, p95: 2 } }),
      history: () => ({ reports: [{ step: 1 }] }),
    });
    server.publish('a', frameOf(0));
    const status = JSON.parse((await raw(server, '/api/status')).body);
    expect(status).toMatchObject({
      engine: 'onnx',
      version: 7,
      latency: { p50: 1, p95: 2 },
      viewers: 0,
      streams: { a: { in: 1, out: 0, dropped: 0, failed: 0, inFlight: 1 }, b: { in: 0, fps: 0 } },
      memory: { rss: expect.any(Number) },
    });
    expect(status.uptime).toBeGreaterThan(0);
    expect(JSON.parse((await raw(server, '/api/history')).body)).toEqual({ reports: [{ step: 1 }] });
  });

  it('answers 500 where the session cannot give its status, and continues', async () => {
    const server = await serve({
      status: () => {
        throw new Error('no session');
      },
    });
    expect(await raw(server, '/api/status')).toMatchObject({ status: 500, body: 'no session\n' });
    expect((await raw(server, '/api/history')).status).toBe(200);
  });

  it('serves the newest picture', async () => {
    const server = await serve();
    expect((await raw(server, '/stream/a.jpg')).status).toBe(503);
    server.publish('a', frameOf(0, { width: 30, height: 20 }));
    server.publish('a', frameOf(1, { width: 31, height: 20 }));
    for (let turn = 0; turn < 2; turn++) {
      const response = await fetch(`${server.url}/stream/a.jpg`);
      expect(response.headers.get('content-type')).toBe('image/jpeg');
      const { info } = await sharp(Buffer.from(await response.arrayBuffer()))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width: 31, height: 20 });
    }
    expect(server.counts.a?.out).toBe(1);
  });

  it('streams MJPEG with complete parts, each followed by the boundary', async () => {
    const server = await serve();
    const response = await fetch(`${server.url}/stream/a.mjpg`);
    expect(response.headers.get('content-type')).toBe('multipart/x-mixed-replace; boundary=irisflow-frame');
    expect(server.viewers).toBe(1);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    for (let sequence = 0; sequence < 3; sequence++) {
      server.publish('a', frameOf(sequence));
      while (text.split('--irisflow-frame\r\n').length < sequence + 3) {
        text += Buffer.from((await reader.read()).value as Uint8Array).toString('latin1');
      }
    }
    const parts = text.split('--irisflow-frame\r\n').slice(1, -1);
    expect(parts).toHaveLength(3);
    for (const part of parts) {
      const [head, ...rest] = part.split('\r\n\r\n');
      const body = rest.join('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/.exec(head as string)?.[1]);
      expect(body.slice(length)).toBe('\r\n');
      const { info } = await sharp(Buffer.from(body.slice(0, length), 'latin1'))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(info.width).toBe(16);
    }
    await reader.cancel();
    await until(() => server.viewers === 0);
  });

  it('an MJPEG viewer that stops reading uses bounded memory', async () => {
    const limit = 128 * 2 ** 10;
    const server = await serve({ maxQueuedBytes: limit });
    const { hostname, port } = new URL(server.url);
    const stalled = connectTcp(Number(port), hostname);
    stalled.write(`GET /stream/a.mjpg HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
    stalled.pause();
    await until(() => server.viewers === 1);
    for (let sequence = 0; sequence < 250; sequence++) {
      server.publish('a', noiseFrame(sequence, 200, 150));
      await until(() => server.counts.a?.inFlight === 0);
      expect(server.viewerStates[0]?.queuedBytes).toBeLessThanOrEqual(limit + 1024);
    }
    expect(server.viewerStates[0]?.skipped).toBeGreaterThan(0);
    stalled.destroy();
    await until(() => server.viewers === 0);
  });

  it('withstands hostile bytes instead of HTTP', async () => {
    const server = await serve();
    const { hostname, port } = new URL(server.url);
    for (let seed = 0; seed < 20; seed++) {
      const socket = connectTcp(Number(port), hostname);
      socket.on('error', () => {});
      socket.end(Buffer.from(noiseFrame(seed, 20, 20).data));
      socket.resume();
      await once(socket, 'close');
    }
    expect((await raw(server, '/api/status')).status).toBe(200);
  });
});

describe('close', () => {
  it('leaves nothing that keeps the process alive', async () => {
    const script = `
      import { openFrameServer } from ${JSON.stringify(new URL('../../../src/streams/server/frame-server.ts', import.meta.url))};
      const server = await openFrameServer({ streams: ['a'], port: 0 });
      const socket = new (await import('ws')).WebSocket(server.url.replace('http', 'ws') + '/ws');
      socket.on('message', async (_, binary) => {
        if (binary) await server.close();
        else server.publish('a', { data: new Uint8Array(12), width: 2, height: 2, time: Date.now(), sequence: 0, source: 't' });
      });
      socket.on('close', (code) => console.log(code));`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script]);
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    const [code] = await once(child, 'exit');
    expect({ code, output }).toEqual({ code: 0, output: '1001\n' });
  });

  it('sends the last frame, closes sockets with 1001, ends MJPEG, and frees the port', async () => {
    const server = await serve();
    const clients = [connect(server.url), connect(server.url)];
    await Promise.all(clients.map(({ hello }) => hello));
    const mjpeg = await fetch(`${server.url}/stream/a.mjpg`);
    server.publish('a', frameOf(8));
    await server.close();
    for (const client of clients) {
      expect(await client.closed).toMatchObject({ code: 1001 });
      expect(client.messages.map(({ header }) => header.sequence)).toEqual([8]);
    }
    expect((await mjpeg.arrayBuffer()).byteLength).toBeGreaterThan(100);
    expect(server.viewers).toBe(0);
    await expect(fetch(server.url)).rejects.toThrow();
    server.publish('a', frameOf(9));
    expect(server.counts.a?.in).toBe(1);
  });

  it('does not wait for unresponsive peers, and can be called twice', async () => {
    const server = await serve();
    const deaf = connect(server.url);
    await deaf.hello;
    deaf.socket.pause();
    const { hostname, port } = new URL(server.url);
    const silent = connectTcp(Number(port), hostname);
    silent.on('error', () => {});
    await once(silent, 'connect');
    for (let sequence = 0; sequence < 50; sequence++) {
      server.publish('a', noiseFrame(sequence, 200, 150));
      await until(() => server.counts.a?.inFlight === 0);
    }
    await Promise.all([server.close(), server.close()]);
    expect(server.viewers).toBe(0);
    deaf.socket.terminate();
  });
});
