import { firstValueFrom, lastValueFrom, take, timeInterval, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { stage } from '../../src/flow/stage.js';
import type { Frame } from '../../src/frame.js';
import { fromDemo } from '../../src/streams/from-demo.js';
import { fromRenderer } from '../../src/streams/from-renderer.js';

const small = { width: 16, height: 16, fps: 0 } as const;

const all = (options: object) => lastValueFrom(fromDemo(options).pipe(toArray()));
const mean = ({ data }: Frame) => data.reduce((sum, value) => sum + value, 0) / data.length;

describe('fromDemo', () => {
  it('plays the same film for the same seed, another for another, and never the one of fromRenderer', async () => {
    const [film, again, other] = [
      await all({ ...small, count: 4, seed: 3 }),
      await all({ ...small, count: 4, seed: 3 }),
      await all({ ...small, count: 4, seed: 4 }),
    ];
    expect(film.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3]);
    expect(film[0]).toMatchObject({ width: 16, height: 16, source: 'demo' });
    expect(film.every((frame) => frame.data.length === 16 * 16 * 3 && !('labels' in frame))).toBe(true);
    expect(film.map(({ data }) => data)).toEqual(again.map(({ data }) => data));
    expect(film[0]?.data).not.toEqual(other[0]?.data);
    expect(film[0]?.data).not.toEqual((await firstValueFrom(fromRenderer({ ...small, seed: 3 }))).data);
  });

  it('is darker than renders, and noisy: a moment seen twice by one camera is not the same', async () => {
    const options = { ...small, width: 64, height: 64, step: 2, period: 1, count: 12 };
    const demo = await all(options);
    const renders = await lastValueFrom(fromRenderer(options).pipe(toArray()));
    const average = (frames: Frame[]) => frames.reduce((sum, frame) => sum + mean(frame), 0) / frames.length;
    expect(average(demo)).toBeLessThan(0.8 * average(renders));
    const [first, second] = await all({ ...small, step: 0.001, count: 2 });
    expect(second?.data).not.toEqual(first?.data);
  });

  it('waits for what is slow, and loses nothing', async () => {
    const slow = fromDemo({ ...small, count: 8 }).pipe(
      stage(
        async ({ sequence }) => {
          await new Promise((resolve) => setTimeout(resolve, 10));
          return sequence;
        },
        { overflow: 'block' },
      ),
      toArray(),
    );
    expect(await lastValueFrom(slow)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('plays in real time', async () => {
    const frames = await lastValueFrom(fromDemo({ ...small, fps: 20 }).pipe(timeInterval(), take(6), toArray()));
    const waited = frames.slice(1).reduce((sum, { interval }) => sum + interval, 0);
    expect(waited).toBeGreaterThan(180);
  });

  it.each([{ width: 4 }, { fps: -1 }, { period: 0 }, { seed: 0.5 }])('refuses %o', (options) => {
    expect(() => fromDemo(options)).toThrow(IrisflowError);
  });
});
