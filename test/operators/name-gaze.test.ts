import { lastValueFrom, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { augmentFrame } from '../../src/data/augmentation.js';
import { IrisflowError } from '../../src/errors.js';
import { GAZE_DIRECTIONS, nameGaze } from '../../src/operators/name-gaze.js';
import { randomAt } from '../../src/random.js';
import { fromRenderer } from '../../src/streams/from-renderer.js';
import { smoothFrame } from './pictures.js';

async function nameOf(pitch: number, yaw: number, centre?: number): Promise<string | undefined> {
  const frame = smoothFrame(8, 8, { labels: { gaze: [pitch, yaw], name: 'before' } });
  return (await lastValueFrom(of(frame).pipe(nameGaze({ centre })))).labels?.name;
}

describe('nameGaze', () => {
  it('names the direction of the larger angle in the picture', async () => {
    expect(await nameOf(0, 0)).toBe('centre');
    expect(await nameOf(0.15, -0.15)).toBe('centre');
    expect(await nameOf(0.1, 0.3)).toBe('left');
    expect(await nameOf(0.1, -0.3)).toBe('right');
    expect(await nameOf(0.3, 0.2)).toBe('up');
    expect(await nameOf(-0.3, 0.2)).toBe('down');
    expect(await nameOf(0.1, 0.3, 0.4)).toBe('centre');
    expect(await nameOf(0.001, 0, 0)).toBe('up');
  });

  it('names a rendered eye by the position of its pupil', async () => {
    for (const [yaw, name] of [
      [0.5, 'left'],
      [-0.5, 'right'],
    ] as const) {
      const film = { fps: 0, count: 1, head: 0, gaze: { pitch: 0, yaw: [yaw, yaw] } } as const;
      const ahead = { ...film, gaze: { pitch: 0, yaw: 0 } };
      const eye = await lastValueFrom(fromRenderer(film).pipe(nameGaze()));
      const straight = await lastValueFrom(fromRenderer(ahead).pipe(nameGaze()));
      expect([eye.labels?.name, straight.labels?.name]).toEqual([name, 'centre']);
      const moved = eye.labels!.pupils![0]![0] - straight.labels!.pupils![0]![0];
      expect(Math.sign(moved)).toBe(name === 'left' ? -1 : 1);
    }
  });

  it('names the mirrored direction where it is applied after the mirroring', async () => {
    const frame = smoothFrame(8, 8, { labels: { gaze: [0, 0.4] } });
    const names = new Set<string | undefined>();
    for (let i = 0; i < 10; i++) {
      const amounts = { zoom: 0, rotation: 0, shear: 0, shift: 0 };
      const varied = augmentFrame(frame, amounts, randomAt(1, i));
      names.add((await lastValueFrom(of(varied).pipe(nameGaze()))).labels?.name);
    }
    expect([...names].sort()).toEqual(['left', 'right']);
  });

  it('finds every class in the rendered video, and leaves frames without gaze unnamed', async () => {
    const frames = await lastValueFrom(
      fromRenderer({ width: 8, height: 8, fps: 0, count: 100, step: 2, period: 1 }).pipe(nameGaze(), toArray()),
    );
    expect(new Set(frames.map(({ labels }) => labels?.name))).toEqual(new Set(GAZE_DIRECTIONS));
    const plain = smoothFrame(8, 8, { labels: { name: 'open' } });
    expect(await lastValueFrom(of(plain).pipe(nameGaze()))).toBe(plain);
  });

  it('refuses a wrong option at the call', () => {
    for (const centre of [-0.1, Number.NaN, 2]) expect(() => nameGaze({ centre })).toThrow(IrisflowError);
  });
});
