import { EMPTY, firstValueFrom, from, lastValueFrom, NEVER, of, Subject, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../src/frame.js';
import { type FrameServer, openFrameServer, toMjpeg, toWebSocket } from '../../src/streams/index.js';
import { connect, frameOf, until } from './server/clients.js';

async function listening(server: FrameServer | undefined): Promise<boolean> {
  return fetch(`${server?.url}/api/status`).then(
    () => true,
    () => false,
  );
}

describe.each([
  ['toWebSocket', toWebSocket],
  ['toMjpeg', toMjpeg],
])('%s', (_, sink) => {
  it('publishes each frame and passes on the same object', async () => {
    const server = await openFrameServer({ streams: ['a'], port: 0 });
    const frames = [frameOf(0), frameOf(1)];
    const passed = await lastValueFrom(from(frames).pipe(sink(server, 'a'), sink(server, 'a'), toArray()));
    expect(passed[0]).toBe(frames[0]);
    expect(passed).toHaveLength(2);
    expect(server.counts.a?.in).toBe(2);
    expect(await listening(server)).toBe(true);
    await server.close();
    await lastValueFrom(of(frameOf(2)).pipe(sink(server, 'a')));
    expect(server.counts.a?.in).toBe(2);
  });

  it('refuses an unknown stream', async () => {
    const server = await openFrameServer({ streams: ['a'], port: 0 });
    expect(() => sink(server, 'b')).toThrow(expect.objectContaining({ code: 'USAGE' }));
    await server.close();
  });

  it('passes on completion and errors', async () => {
    const server = await openFrameServer({ streams: ['a'], port: 0 });
    expect(await lastValueFrom(EMPTY.pipe(sink(server, 'a'), toArray()))).toEqual([]);
    const broken = throwError(() => new Error('camera'));
    await expect(lastValueFrom(broken.pipe(sink(server, 'a')))).rejects.toThrow('camera');
    await server.close();
  });

  it('with its own server: opens on subscribe, closes on completion, error and unsubscribe', async () => {
    for (const end of ['complete', 'error', 'unsubscribe'] as const) {
      let server: FrameServer | undefined;
      let subscribed = 0;
      const source = new Subject<Frame>();
      const sinked = source.pipe(
        sink({
          port: 0,
          stream: 'a',
          onOpen: (opened) => {
            server = opened;
            subscribed = Number(source.observed);
          },
        }),
      );
      expect(server).toBeUndefined();
      const errors: unknown[] = [];
      const subscription = sinked.subscribe({ error: (error) => errors.push(error) });
      await until(() => server !== undefined);
      expect(subscribed).toBe(0);
      const client = connect(server?.url as string, '/ws?streams=a');
      await client.hello;
      source.next(frameOf(4));
      await client.atLeast(1);
      if (end === 'complete') source.complete();
      if (end === 'error') source.error(new Error('camera'));
      if (end === 'unsubscribe') subscription.unsubscribe();
      expect((await client.closed).code).toBe(1001);
      await until(() => !source.observed);
      expect(await listening(server)).toBe(false);
      expect(errors).toHaveLength(end === 'error' ? 1 : 0);
    }
  });

  it('with its own server: an unsubscribe while it opens leaves nothing open', async () => {
    const opened: FrameServer[] = [];
    const subscription = NEVER.pipe(
      sink({ port: 0, stream: 'a', onOpen: (server) => opened.push(server) }),
    ).subscribe();
    subscription.unsubscribe();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(opened).toHaveLength(0);
  });

  it('with its own server: fails where it cannot listen or the options are wrong', async () => {
    const taken = await openFrameServer({ streams: ['x'], port: 0 });
    const port = Number(new URL(taken.url).port);
    await expect(firstValueFrom(of(frameOf(0)).pipe(sink({ port, stream: 'a' })))).rejects.toMatchObject({
      code: 'USAGE',
    });
    await taken.close();
    await expect(firstValueFrom(of(frameOf(0)).pipe(sink({ port: -1, stream: 'a' })))).rejects.toMatchObject({
      code: 'USAGE',
    });
  });
});
