import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { lastValueFrom, take, toArray } from 'rxjs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInput, type Reading } from '../../src/inputs/input.js';
import { FACE_VIDEO } from '../streams/media.js';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-input-'));
  for (let i = 0; i < 10; i++) {
    const path = join(folder, `${i}.png`);
    await sharp({ create: { width: 16, height: 16, channels: 3, background: { r: i, g: 0, b: 0 } } }).toFile(path);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = (text: string, reading: Reading) =>
  openInput(text, {
    reading,
    crop: 'none',
    config: { width: 16, height: 16, seed: 1 },
    tell: (message) => expect.unreachable(message),
  });

describe('openInput', () => {
  it('repeats pictures live, reads them once offline, and reads files whole or as an even sample', async () => {
    const names = async (reading: Reading, count = 100) => {
      const { frames } = await open(folder, reading);
      const read = await lastValueFrom(frames.pipe(take(count), toArray()));
      return read.map(({ source }) => basename(source, '.png')).join('');
    };
    expect(await names({ as: 'fast' })).toBe('0123456789');
    expect(await names({ as: 'whole-file' })).toBe('0123456789');
    expect(await names({ as: 'sample', count: 5 })).toBe('02468');
    expect(await names({ as: 'sample', count: 50 })).toBe('0123456789');
    expect(await names({ as: 'live', loop: true }, 12)).toBe('012345678901');
  });

  it('knows the number of frames and the files', async () => {
    expect(await open(folder, { as: 'sample', count: 5 })).toMatchObject({ total: 5, files: { pictures: true } });
    const whole = await open(FACE_VIDEO, { as: 'whole-file' });
    expect(whole.files).toMatchObject({ paths: [FACE_VIDEO], pictures: false });
    const { frames, total, frameMs } = await open(FACE_VIDEO, { as: 'sample', count: 6 });
    expect([total, whole.total! > 6, frameMs! > 40]).toEqual([6, true, true]);
    const read = await lastValueFrom(frames.pipe(toArray()));
    expect(Math.abs(read.length - 6)).toBeLessThanOrEqual(1);
    const rendered = await open('eyes', { as: 'sample', count: 3 });
    expect(await lastValueFrom(rendered.frames.pipe(toArray()))).toHaveLength(3);
    expect(rendered).toMatchObject({ total: 3, rendered: true });
  });

  it.each(['eyes', 'webcam', 'browser', 'http://camera/1'])('refuses %s as a whole file', async (text) => {
    await expect(open(text, { as: 'whole-file' })).rejects.toMatchObject({
      code: 'USAGE',
      message: `irisflow refine reads a video file or pictures, not ${text}: use irisflow live for other inputs`,
    });
  });
});
