import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Channel, type EncodedFrame } from '../../../src/streams/server/channel.js';
import { decodeMessage } from '../../../src/streams/server/protocol.js';
import { frameOf, noiseFrame, until } from './clients.js';

const OPTIONS = { quality: 85, maxBytes: 2 ** 21 };

function watcher() {
  const frames: EncodedFrame[] = [];
  return { frames, offer: (frame: EncodedFrame) => void frames.push(frame) };
}

function balance({ counts }: { counts: ReturnType<Channel['counts']> }): void {
  expect(counts.out + counts.dropped + counts.failed + counts.inFlight).toBe(counts.in);
}

describe('Channel', () => {
  it('encodes once and offers every watcher the same bytes', async () => {
    const channel = new Channel('a', OPTIONS);
    const watchers = [watcher(), watcher(), watcher()];
    for (const each of watchers) channel.join(each);
    channel.publish(frameOf(3, { version: 4, refined: true, width: 32, height: 20, colour: [10, 200, 30] }));
    await channel.drained();
    const [first] = watchers[0]?.frames ?? [];
    expect(watchers.map(({ frames }) => frames)).toEqual([[first], [first], [first]]);
    for (const { frames } of watchers) expect(frames[0]?.bytes).toBe(first?.bytes);
    const { header, jpeg } = decodeMessage(first?.bytes as Buffer);
    expect(header).toMatchObject({ stream: 'a', sequence: 3, width: 32, height: 20, version: 4, refined: true });
    const { dominant, channels } = await sharp(jpeg).stats();
    expect(channels.map(({ mean }) => Math.round(mean / 10))).toEqual([1, 20, 3]);
    expect(dominant.g).toBeGreaterThan(dominant.r);
  });

  it('keeps the newest frame that arrives while it encodes, with exact counts at every moment', async () => {
    const channel = new Channel('a', OPTIONS);
    const seen = watcher();
    channel.join(seen);
    for (let sequence = 0; sequence < 100; sequence++) {
      channel.publish(frameOf(sequence));
      balance({ counts: channel.counts() });
      expect(channel.counts().inFlight).toBeLessThanOrEqual(2);
    }
    await channel.drained();
    expect(seen.frames.map(({ bytes }) => decodeMessage(bytes).header.sequence)).toEqual([0, 99]);
    expect(channel.counts()).toMatchObject({ in: 100, out: 2, dropped: 98, failed: 0, inFlight: 0, unwatched: 0 });
  });

  it('encodes nothing without watchers, and offers the newest frame to the first one', async () => {
    const channel = new Channel('a', OPTIONS);
    for (let sequence = 0; sequence < 10; sequence++) channel.publish(frameOf(sequence));
    await channel.drained();
    expect(channel.counts()).toMatchObject({ in: 10, out: 0, dropped: 9, unwatched: 9, inFlight: 1 });
    const seen = watcher();
    channel.join(seen);
    await channel.drained();
    expect(seen.frames).toHaveLength(1);
    expect(seen.frames[0]).toMatchObject({ watched: false });
    expect(channel.counts()).toMatchObject({ in: 10, out: 1, dropped: 9, inFlight: 0 });
  });

  it('offers the last frame to a late watcher without encoding it again', async () => {
    const channel = new Channel('a', OPTIONS);
    const early = watcher();
    channel.join(early);
    channel.publish(frameOf(0));
    await channel.drained();
    const late = watcher();
    channel.join(late);
    expect(late.frames[0]?.bytes).toBe(early.frames[0]?.bytes);
    expect(late.frames[0]?.watched).toBe(false);
    expect(early.frames).toHaveLength(1);
    expect(channel.counts().out).toBe(1);
  });

  it('offers nothing to a watcher that has left, even of a frame in flight', async () => {
    const channel = new Channel('a', OPTIONS);
    const seen = watcher();
    channel.join(seen);
    channel.publish(frameOf(0));
    channel.leave(seen);
    await channel.drained();
    expect(seen.frames).toHaveLength(0);
  });

  it('counts the same frame from two sinks once', () => {
    const channel = new Channel('a', OPTIONS);
    const frame = frameOf(0);
    channel.publish(frame);
    channel.publish(frame);
    expect(channel.counts().in).toBe(1);
  });

  it('counts a frame that cannot be encoded as failed, with the reason, and continues', async () => {
    const channel = new Channel('a', OPTIONS);
    const seen = watcher();
    channel.join(seen);
    channel.publish({ ...frameOf(0), data: new Uint8Array(5) });
    await channel.drained();
    channel.publish({ ...frameOf(1), width: 0 });
    await channel.drained();
    channel.publish(frameOf(2));
    await channel.drained();
    const counts = channel.counts();
    expect(counts).toMatchObject({ in: 3, out: 1, failed: 2, inFlight: 0 });
    expect(counts.lastFailure).toMatch(/./);
    expect(seen.frames).toHaveLength(1);
  });

  it('counts a frame that exceeds the queue of any viewer as failed', async () => {
    const channel = new Channel('a', { quality: 100, maxBytes: 65_536 });
    channel.join(watcher());
    channel.publish(noiseFrame(1, 320, 240));
    await channel.drained();
    expect(channel.counts()).toMatchObject({ out: 0, failed: 1 });
    expect(channel.counts().lastFailure).toContain('maxQueuedBytes');
  });

  it('accepts frames in shared memory', async () => {
    const channel = new Channel('a', OPTIONS);
    const seen = watcher();
    channel.join(seen);
    channel.publish({ ...frameOf(0), data: new Uint8Array(new SharedArrayBuffer(16 * 16 * 3)) });
    await until(() => seen.frames.length === 1);
    expect(channel.counts().failed).toBe(0);
  });
});
