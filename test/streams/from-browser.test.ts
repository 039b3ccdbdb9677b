import { once } from 'node:events';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Frame } from '../../src/frame.js';
import { type FrameServer, fromBrowser, openFrameServer } from '../../src/streams/index.js';
import { noiseFrame, refusal, until } from './server/clients.js';

let server: FrameServer;

beforeEach(async () => {
  server = await openFrameServer({ streams: ['real'], port: 0, maxCameraBytes: 65_536, maxCameraPixels: 100_000 });
});

afterEach(() => server.close());

async function jpegOf(width: number, height = width, background = 'red'): Promise<Buffer> {
  return await sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer();
}

/** A camera that by default sends only as many pictures as its credit allows. */
async function camera(path = '/ws/camera') {
  const socket = new WebSocket(server.url.replace('http', 'ws') + path);
  const state = { id: '', credit: 0 };
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    if (message.camera) state.id = message.camera;
    state.credit += message.credit ?? 0;
  });
  const closed = once(socket, 'close').then(([code, reason]) => ({ code: code as number, reason: String(reason) }));
  await Promise.race([until(() => state.id !== ''), closed]);
  return {
    socket,
    state,
    closed,
    async send(jpeg: Buffer): Promise<void> {
      await until(() => state.credit > 0);
      state.credit--;
      socket.send(jpeg);
    },
  };
}

function collect(id?: string) {
  const frames: Frame[] = [];
  let completed = false;
  const subscription = fromBrowser(server, id === undefined ? {} : { id }).subscribe({
    next: (frame) => frames.push(frame),
    complete: () => {
      completed = true;
    },
  });
  return { frames, subscription, completed: () => completed };
}

describe('fromBrowser', () => {
  it('emits decoded frames of a camera', async () => {
    const { frames } = collect();
    const { send, state } = await camera();
    for (let picture = 0; picture < 5; picture++) await send(await jpegOf(40, 30));
    await until(() => frames.length === 5);
    expect(frames.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4]);
    expect(frames[0]).toMatchObject({ width: 40, height: 30, source: `browser:${state.id}` });
    expect(frames[0]?.data).toHaveLength(40 * 30 * 3);
    expect(frames[0]?.data.constructor).toBe(Uint8Array);
    expect([...(frames[0]?.data.slice(0, 3) ?? [])].map((value) => Math.round(value / 20))).toEqual([13, 0, 0]);
    expect(Math.abs(Date.now() - (frames[0]?.time ?? 0))).toBeLessThan(60_000);
    expect(server.cameras[0]).toMatchObject({ id: state.id, in: 5, out: 5, dropped: 0, failed: 0, inFlight: 0 });
  });

  it('converts grey and CMYK pictures to RGB', async () => {
    const { frames } = collect();
    const { send } = await camera();
    const grey = sharp(Buffer.alloc(64, 100), { raw: { width: 8, height: 8, channels: 1 } });
    await send(await grey.jpeg().toBuffer());
    await send(
      await sharp(await jpegOf(8))
        .toColourspace('cmyk')
        .jpeg()
        .toBuffer(),
    );
    await until(() => frames.length === 2);
    for (const { data } of frames) expect(data).toHaveLength(8 * 8 * 3);
  });

  it('gives no credit without a subscriber, and drops pictures sent without credit', async () => {
    const { state, socket } = await camera();
    socket.send(await jpegOf(20));
    await until(() => server.cameras[0]?.dropped === 1);
    expect(state.credit).toBe(0);
    const { subscription, frames } = collect();
    await until(() => state.credit === 2);
    subscription.unsubscribe();
    socket.send(await jpegOf(20));
    await until(() => server.cameras[0]?.dropped === 2);
    expect(frames).toHaveLength(0);
    expect(server.cameras).toHaveLength(1);
  });

  it('keeps only the newest of a camera that ignores its credit', async () => {
    const { frames } = collect();
    const { socket } = await camera();
    const jpeg = await jpegOf(300, 300);
    for (let picture = 0; picture < 200; picture++) socket.send(jpeg);
    await until(() => frames.at(-1)?.sequence === 199);
    const [state] = server.cameras;
    expect(state?.in).toBe(200);
    expect((state?.out ?? 0) + (state?.dropped ?? 0)).toBe(200);
    expect(state?.dropped).toBeGreaterThan(0);
    expect(frames.map(({ sequence }) => sequence)).toEqual(
      frames.map(({ sequence }) => sequence).sort((a, b) => a - b),
    );
  });

  it('refuses messages that are not JPEG, damaged, or too large, and continues', async () => {
    const { frames } = collect();
    const { send } = await camera();
    const whole = await jpegOf(200);
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="/etc/passwd"/></svg>',
    );
    const hostile = [
      Buffer.alloc(0),
      Buffer.from('hello'),
      svg,
      await sharp(whole).png().toBuffer(),
      whole.subarray(0, 300),
      await jpegOf(400, 300),
      Buffer.concat([Uint8Array.of(0xff, 0xd8, 0xff), Buffer.alloc(500, 7)]),
    ];
    for (const [at, picture] of hostile.entries()) {
      await send(picture);
      await until(() => server.cameras[0]?.failed === at + 1);
    }
    expect(server.cameras[0]?.lastFailure).toMatch(/./);
    await send(whole);
    await until(() => frames.length === 1);
    expect(server.cameras[0]).toMatchObject({ in: 8, out: 1, failed: 7 });
  });

  it('refuses a thousand damaged pictures and continues', async () => {
    const { frames } = collect();
    const { socket, send } = await camera();
    const jpeg = await jpegOf(48);
    for (let seed = 0; seed < 1000; seed++) {
      const damaged = Buffer.from(jpeg);
      const noise = noiseFrame(seed, 8, 1).data;
      for (let at = 0; at < 4; at++)
        damaged[3 + (((noise[at] as number) * 7 + at * 31) % (jpeg.length - 3))] = noise[at + 4] as number;
      socket.send(damaged);
    }
    await until(() => server.cameras[0]?.in === 1000 && server.cameras[0].inFlight === 0);
    const before = frames.length;
    await send(jpeg);
    await until(() => frames.length === before + 1);
    const { in: all = 0, out = 0, dropped = 0, failed = 0 } = server.cameras[0] ?? {};
    expect(out + dropped + failed).toBe(all);
  });

  it('ends the connection of a camera whose message is oversized, and counts it', async () => {
    const { frames } = collect();
    const bad = await camera();
    const good = await camera('/ws/camera?id=good');
    bad.socket.send(Buffer.alloc(70_000, 0xff));
    expect((await bad.closed).code).toBe(1009);
    await until(() => server.cameras.length === 1);
    await good.send(await jpegOf(20));
    await until(() => frames.length === 1);
    const status = (await (await fetch(`${server.url}/api/status`)).json()) as { cameras: unknown };
    expect(status.cameras).toMatchObject({ wanted: true, refused: 1, connected: [{ id: 'good', out: 1 }] });
  });

  it('closes a camera that sends text', async () => {
    const { socket, closed } = await camera();
    socket.send('hello');
    expect((await closed).code).toBe(1008);
  });

  it('never mixes cameras: each subscriber has its own', async () => {
    const ids = ['c0', 'c1', 'c2'];
    const receivers = ids.flatMap((id) => [collect(id), collect(id)]);
    const cameras = await Promise.all(ids.map((id) => camera(`/ws/camera?id=${id}`)));
    const jpegs = await Promise.all(ids.map((_, at) => jpegOf(16 + at)));
    for (let picture = 0; picture < 20; picture++) {
      await Promise.all(cameras.map(({ send }, at) => send(jpegs[at] as Buffer)));
    }
    await until(() => receivers.every(({ frames }) => frames.length === 20));
    expect(server.cameras.map(({ out, dropped }) => [out, dropped])).toEqual(ids.map(() => [20, 0]));
    for (const [at, { frames }] of receivers.entries()) {
      const index = Math.floor(at / 2);
      expect(new Set(frames.map(({ source, width }) => `${source} ${width}`))).toEqual(
        new Set([`browser:c${index} ${16 + index}`]),
      );
    }
  });

  it('follows the camera that connected last, and goes back when it leaves', async () => {
    const { frames } = collect();
    const first = await camera('/ws/camera?id=first');
    await first.send(await jpegOf(16));
    await until(() => frames.length === 1);
    const second = await camera('/ws/camera?id=second');
    await second.send(await jpegOf(16));
    await until(() => frames.length === 2);
    first.socket.send(await jpegOf(16));
    await until(() => server.cameras.some(({ id, dropped }) => id === 'first' && dropped === 1));
    second.socket.close();
    await until(() => server.cameras.length === 1);
    await first.send(await jpegOf(16));
    await until(() => frames.length === 3);
    expect(frames.map(({ source }) => source)).toEqual(['browser:first', 'browser:second', 'browser:first']);
  });

  it('lets a camera reconnect under its id', async () => {
    const { frames } = collect('me');
    const before = await camera('/ws/camera?id=me');
    const after = await camera('/ws/camera?id=me');
    expect(await before.closed).toMatchObject({ code: 1008, reason: expect.stringContaining('replaced') });
    await after.send(await jpegOf(16));
    await until(() => frames.length === 1);
    expect(server.cameras).toHaveLength(1);
  });

  it('refuses invalid ids and foreign origins', async () => {
    expect(() => fromBrowser(server, { id: '../x' })).toThrow(expect.objectContaining({ code: 'USAGE' }));
    expect(await (await camera('/ws/camera?id=../x')).closed).toMatchObject({ code: 1008 });
    expect(await refusal(server.url, '/ws/camera', { Origin: 'https://evil.example' })).toBe(403);
  });

  it('completes when the server closes, also for later subscribers', async () => {
    const { completed } = collect();
    const { closed } = await camera();
    await server.close();
    expect(completed()).toBe(true);
    expect((await closed).code).toBe(1001);
    expect(collect().completed()).toBe(true);
  });
});
