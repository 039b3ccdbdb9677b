import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { concat, EMPTY, from, NEVER, of } from 'rxjs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import type { Frame } from '../../src/frame.js';
import { fromImages } from '../../src/streams/from-images.js';
import { toImages } from '../../src/streams/to-images.js';
import { settledIn } from '../../src/streams/unfinished.js';
import { all, failure, scratch } from './media.js';

const folder = scratch();

function frame(sequence: number, source: string): Frame {
  const data = Uint8Array.from({ length: 4 * 3 * 3 }, (_, i) => (i * 7 + sequence) % 256);
  return { data, width: 4, height: 3, time: 0, sequence, source };
}

describe('toImages', () => {
  it('writes one picture per frame, of the same name, bit for bit', async () => {
    const out = join(folder, 'deep/out');
    const given = [frame(0, 'in/a.jpg'), frame(1, '/x/b 1.PNG'), frame(2, 'in/ünï.webp'), frame(3, 'other/a.png')];
    const passed = await all(from(given).pipe(toImages(out)));
    expect(passed).toEqual(given);
    expect(readdirSync(out).sort()).toEqual(['a-2.png', 'a.png', 'b 1.png', 'ünï.png']);
    const back = await all(
      fromImages([join(out, 'a.png'), join(out, 'b 1.png'), join(out, 'ünï.png'), join(out, 'a-2.png')]),
    );
    expect(back.map((f) => [...f.data])).toEqual(given.map((f) => [...f.data]));
  });

  it('numbers frames of other sources, whatever they are called', async () => {
    const out = join(folder, 'numbers');
    const sources = ['eyes', 'webcam:/dev/video0', 'film.mp4', 'rtsp://***@host/../..', '..', 'C:\\x\\"<>|?*', ''];
    await all(from(sources.map((source, i) => frame(i, source))).pipe(toImages(out)));
    const names = readdirSync(out).sort();
    expect(names).toHaveLength(sources.length);
    expect(names).toEqual(expect.arrayContaining(['eyes-000000.png', 'video0-000001.png', 'film-000002.png']));
    for (const name of names) expect(name).toMatch(/^[^/\\:*?"<>|]+\.png$/);
  });

  it('takes names, folders in names and formats from a function', async () => {
    const out = join(folder, 'named');
    const name = (f: Frame) => ['a/one.jpg', 'a/two.WEBP', 'b.jpeg', 'b.jpeg', 'b.jpeg'][f.sequence] ?? 'x.png';
    await all(from([0, 1, 2, 3, 4].map((i) => frame(i, 'x'))).pipe(toImages(out, { name, quality: 80 })));
    expect(readdirSync(out).sort()).toEqual(['a', 'b-2.jpeg', 'b-3.jpeg', 'b.jpeg']);
    expect((await sharp(join(out, 'a/one.jpg')).metadata()).format).toBe('jpeg');
    expect((await sharp(join(out, 'a/two.WEBP')).metadata()).format).toBe('webp');
  });

  it('refuses names outside its folder', async () => {
    const out = join(folder, 'caged');
    mkdirSync(out);
    const names = ['../out.png', 'a/../../out.png', '/tmp/irisflow-out.png', '..', '.', '', 'a\0.png', 'a.exe', 'a'];
    for (const name of names) {
      const error = await failure(of(frame(0, 'x')).pipe(toImages(out, { name: () => name })));
      expect(error, name).toBeInstanceOf(IrisflowError);
      expect(error.code).toBe('SINK');
    }
    expect(readdirSync(out)).toEqual([]);
  });

  it('replaces a file of an earlier run, and fails where it cannot write', async () => {
    const out = join(folder, 'again');
    mkdirSync(out);
    writeFileSync(join(out, 'a.png'), 'old');
    await all(of(frame(0, 'a.png')).pipe(toImages(out)));
    expect((await sharp(join(out, 'a.png')).metadata()).width).toBe(4);
    mkdirSync(join(out, 'b.png'));
    const error = await failure(of(frame(0, 'b.png')).pipe(toImages(out)));
    expect(error).toMatchObject({ code: 'SINK', message: expect.stringContaining('b.png') });
    expect(await failure(of(frame(0, 'c.png')).pipe(toImages(join(out, 'a.png'))))).toMatchObject({ code: 'SINK' });
    expect(readdirSync(out).sort()).toEqual(['a.png', 'b.png']);
    const short = { ...frame(0, 'd.png'), data: new Uint8Array(5) };
    expect((await failure(of(short).pipe(toImages(out)))).code).toBe('SINK');
  });

  it('keeps the order, completes on an empty source, and removes unfinished files on unsubscribe', async () => {
    const given = Array.from({ length: 40 }, (_, i) => frame(i, 'x'));
    const passed = await all(from(given).pipe(toImages(join(folder, 'many'))));
    expect(passed.map((f) => f.sequence)).toEqual(given.map((f) => f.sequence));
    expect(await all(EMPTY.pipe(toImages(join(folder, 'nothing'))))).toEqual([]);
    const out = join(folder, 'stopped');
    const subscription = concat(from(given), NEVER).pipe(toImages(out)).subscribe();
    subscription.unsubscribe();
    await settledIn(out);
    expect(readdirSync(out)).toEqual([]);
  });

  it('refuses wrong options at once', () => {
    expect(() => toImages('')).toThrow(IrisflowError);
    expect(() => toImages('x', { quality: 0 })).toThrow(IrisflowError);
  });
});
