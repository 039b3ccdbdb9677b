import { firstValueFrom, lastValueFrom, Subscription, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import type { Frame } from '../../src/frame.js';
import { eyeAt } from '../../src/renderer/eye-at.js';
import { frontOf } from '../../src/renderer/front.js';
import { renderEye } from '../../src/renderer/render-eye.js';
import { type FromRendererOptions, fromRenderer } from '../../src/streams/from-renderer.js';

const small = { width: 8, height: 8 } as const;

/** Runs in virtual time; `work` costs nothing but what it adds to the clock itself. */
function virtually(play: (scheduler: TestScheduler) => void): void {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run(() => play(scheduler));
}

afterEach(() => vi.useRealTimers());

describe('fromRenderer', () => {
  it('emits frames that can be made again by their number', async () => {
    const frames = await lastValueFrom(fromRenderer({ fps: 0, count: 3, seed: 8, period: 2 }).pipe(toArray()));
    expect(frames.map((frame) => frame.sequence)).toEqual([0, 1, 2]);
    for (const frame of frames) {
      const again = renderEye(eyeAt(8, frame.sequence, { fps: 0, period: 2 }), 64, 64);
      expect(frame).toMatchObject({ width: 64, height: 64, source: 'renderer', labels: again.labels });
      expect(frame.data).toEqual(again.data);
      expect(frame.labels?.pupils).toHaveLength(1);
    }
    expect(new Set(frames.map((frame) => frame.data.buffer)).size).toBe(3);
  });

  it('gives each frame its front on request, of heads that turn further', async () => {
    const options = { ...small, fps: 0, count: 2, seed: 8 };
    const frames = await lastValueFrom(fromRenderer({ ...options, front: true }).pipe(toArray()));
    for (const { sequence, data, target } of frames) {
      const eye = eyeAt(8, sequence, { fps: 0, head: 0.4 });
      expect(data).toEqual(renderEye(eye, 8, 8).data);
      expect(target).toEqual(renderEye(frontOf(eye), 8, 8).data);
    }
    const chosen = await firstValueFrom(fromRenderer({ ...options, front: true, head: 0 }));
    expect(chosen.target).toEqual(chosen.data);
    expect(await firstValueFrom(fromRenderer(options))).not.toHaveProperty('target');
  });

  it('plays in real time', () => {
    virtually((scheduler) => {
      const seen: [number, number][] = [];
      fromRenderer({ ...small, fps: 20, count: 5 }).subscribe((frame) => seen.push([scheduler.now(), frame.sequence]));
      scheduler.flush();
      expect(seen).toEqual([0, 50, 100, 150, 200].map((time, sequence) => [time, sequence]));
    });
  });

  it('stamps frames with the time they were made, and gives none a flow', () => {
    virtually((scheduler) => {
      const frames: Frame[] = [];
      fromRenderer({ ...small, fps: 10, count: 2 }).subscribe((frame) => frames.push(frame));
      scheduler.flush();
      expect(frames.map((frame) => [frame.time, frame.flow])).toEqual([
        [0, undefined],
        [100, undefined],
      ]);
    });
  });

  it('skips numbers when late, instead of catching up', () => {
    vi.useFakeTimers({ now: 0 });
    const seen: [number, number][] = [];
    const subscription = fromRenderer({ ...small, fps: 20 }).subscribe((frame) => {
      seen.push([Date.now(), frame.sequence]);
      // A consumer that blocks the thread for 180 ms, once.
      if (frame.sequence === 2) vi.setSystemTime(Date.now() + 180);
    });
    vi.advanceTimersByTime(300);
    subscription.unsubscribe();
    expect(seen.slice(0, 3)).toEqual([
      [0, 0],
      [50, 1],
      [100, 2],
    ]);
    // Frames 3 and 4 were due meanwhile; 5 is shown late, 6 and on are in time again.
    expect(seen.slice(3, 6).map(([, sequence]) => sequence)).toEqual([5, 6, 7]);
    expect(seen.slice(4, 6).map(([time]) => time)).toEqual([300, 350]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on when the clock is set back', () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const seen: number[] = [];
    const subscription = fromRenderer({ ...small, fps: 20 }).subscribe((frame) => {
      seen.push(frame.sequence);
      if (frame.sequence === 1) vi.setSystemTime(0);
    });
    vi.advanceTimersByTime(260);
    subscription.unsubscribe();
    expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('completes when its last numbers were skipped', () => {
    vi.useFakeTimers({ now: 0 });
    const done = vi.fn();
    const seen: number[] = [];
    fromRenderer({ ...small, fps: 20, count: 3 }).subscribe({
      next: (frame) => {
        seen.push(frame.sequence);
        vi.setSystemTime(Date.now() + 1000);
      },
      complete: done,
    });
    vi.advanceTimersByTime(100);
    expect(seen).toEqual([0]);
    expect(done).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits while a frame is held, and goes on when all have let go', () => {
    vi.useFakeTimers();
    const frames: Frame[] = [];
    const [one, other] = [{}, {}];
    const subscription = fromRenderer({ ...small, fps: 0 }).subscribe((frame) => {
      frames.push(frame);
      if (frame.sequence === 1) {
        frame.flow?.hold(one);
        frame.flow?.hold(other);
      }
    });
    vi.advanceTimersByTime(50);
    expect(frames.map((frame) => frame.sequence)).toEqual([0, 1]);
    frames[0]?.flow?.release(one);
    vi.advanceTimersByTime(50);
    expect(frames).toHaveLength(2);
    frames[0]?.flow?.release(other);
    vi.advanceTimersByTime(50);
    expect(frames.length).toBeGreaterThan(3);
    expect(frames.map((frame) => frame.sequence)).toEqual(frames.map((_, i) => i));
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('renders one frame a turn when each is held and let go at once', () => {
    vi.useFakeTimers();
    const seen: number[] = [];
    const owner = {};
    fromRenderer({ ...small, fps: 0, count: 4 }).subscribe((frame) => {
      frame.flow?.hold(owner);
      seen.push(frame.sequence);
      frame.flow?.release(owner);
    });
    expect(seen).toEqual([]);
    vi.runAllTimers();
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it('renders nothing more once a held frame’s subscriber is gone', () => {
    vi.useFakeTimers();
    const frames: Frame[] = [];
    const subscription = fromRenderer({ ...small, fps: 0 }).subscribe((frame) => {
      frames.push(frame);
      frame.flow?.hold(frames);
    });
    vi.advanceTimersByTime(10);
    subscription.unsubscribe();
    frames[0]?.flow?.release(frames);
    expect(vi.getTimerCount()).toBe(0);
    expect(frames).toHaveLength(1);
  });

  it.each([0, 30])('stops at once when unsubscribed, also from inside (fps %i)', (fps) => {
    vi.useFakeTimers();
    const outside = fromRenderer({ ...small, fps }).subscribe(() => expect.unreachable());
    outside.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
    const seen: number[] = [];
    const inside = new Subscription();
    inside.add(
      fromRenderer({ ...small, fps }).subscribe((frame) => {
        seen.push(frame.sequence);
        if (frame.sequence === 2) inside.unsubscribe();
      }),
    );
    vi.advanceTimersByTime(1000);
    expect(seen).toEqual([0, 1, 2]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives each subscriber a film from the start, and an empty one for count 0', async () => {
    const film = fromRenderer({ ...small, fps: 0, count: 2 });
    expect(await firstValueFrom(film)).toMatchObject({ sequence: 0 });
    expect(await firstValueFrom(film)).toMatchObject({ sequence: 0 });
    expect(await lastValueFrom(fromRenderer({ count: 0 }).pipe(toArray()))).toEqual([]);
  });

  it.each<[FromRendererOptions, RegExp]>([
    [{ width: 7 }, /width/],
    [{ height: 64.5 }, /height/],
    [{ width: 1e9 }, /width/],
    [{ seed: 0.5 }, /seed/],
    [{ count: -1 }, /count/],
    [{ count: Number.NaN }, /count/],
    [{ fps: Number.POSITIVE_INFINITY }, /fps/],
  ])('refuses %o at once', (options, message) => {
    expect(() => fromRenderer(options)).toThrow(message);
    expect(() => fromRenderer(options)).toThrow(IrisflowError);
  });
});
