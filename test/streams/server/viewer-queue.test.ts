import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EncodedFrame } from '../../../src/streams/server/channel.js';
import { ViewerQueue } from '../../../src/streams/server/viewer-queue.js';

function encoded(stream: string, time: number, size = 100): EncodedFrame {
  const bytes = Buffer.alloc(size);
  return { stream, bytes, jpeg: bytes, time, watched: true };
}

/** A connection whose peer reads on demand. */
function connection(limit = 1000) {
  const written: EncodedFrame[] = [];
  const unread: { size: number; done: () => void }[] = [];
  const queue = new ViewerQueue(
    {
      queuedBytes: () => unread.reduce((sum, { size }) => sum + size, 0),
      send: (frame, done) => {
        written.push(frame);
        unread.push({ size: frame.bytes.length, done });
      },
    },
    limit,
    () => {},
  );
  return { queue, written, read: () => unread.shift()?.done() };
}

describe('ViewerQueue', () => {
  it('writes one frame of a stream at a time and keeps the newest of the rest', () => {
    const { queue, written, read } = connection();
    for (let time = 0; time < 10; time++) queue.offer(encoded('a', time));
    expect(written.map(({ time }) => time)).toEqual([0]);
    read();
    expect(written.map(({ time }) => time)).toEqual([0, 9]);
    expect(queue).toMatchObject({ sent: 2, skipped: 8 });
  });

  it('lets streams take turns', () => {
    const { queue, written, read } = connection();
    queue.grant(0);
    for (let time = 0; time < 5; time++) for (const stream of ['a', 'b', 'c']) queue.offer(encoded(stream, time));
    for (let turn = 0; turn < 6; turn++) {
      queue.grant(1);
      read();
      for (const stream of ['a', 'b', 'c']) queue.offer(encoded(stream, 5 + turn));
    }
    expect(written.map(({ stream }) => stream).sort()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
  });

  it('sends as many frames as its credit allows after the first grant', () => {
    const { queue, written, read } = connection();
    queue.grant(2);
    for (let time = 0; time < 9; time++) {
      queue.offer(encoded('a', time));
      read();
    }
    expect(written.map(({ time }) => time)).toEqual([0, 1]);
    queue.grant(1);
    expect(written.map(({ time }) => time)).toEqual([0, 1, 8]);
  });

  it('keeps credit within bounds', () => {
    const { queue, written, read } = connection();
    for (let turn = 0; turn < 100; turn++) queue.grant(Number.MAX_SAFE_INTEGER);
    for (let time = 0; time < 3000; time++) {
      queue.offer(encoded('a', time));
      read();
    }
    expect(written).toHaveLength(1024);
  });

  it('sends nothing after it is closed', () => {
    const { queue, written, read } = connection();
    queue.offer(encoded('a', 0));
    queue.offer(encoded('a', 1));
    queue.close();
    read();
    queue.offer(encoded('a', 2));
    expect(written).toHaveLength(1);
  });

  it('never has more queued than it may, and loses only what a newer frame replaced', () => {
    const action = fc.oneof(
      fc.record({ stream: fc.constantFrom('a', 'b', 'c'), size: fc.integer({ min: 1, max: 1000 }) }),
      fc.constant('read' as const),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
        const { queue, written, read } = connection(1000);
        const newest = new Map<string, number>();
        let offered = 0;
        for (const step of actions) {
          if (step === 'read') read();
          else {
            newest.set(step.stream, offered);
            queue.offer(encoded(step.stream, offered++, step.size));
          }
          expect(queue.queuedBytes).toBeLessThanOrEqual(1000);
        }
        for (let turn = 0; turn < 200; turn++) read();
        expect(queue.sent + queue.skipped).toBe(offered);
        for (const [stream, time] of newest) {
          expect(written.filter((frame) => frame.stream === stream).at(-1)?.time).toBe(time);
        }
      }),
    );
  });
});
