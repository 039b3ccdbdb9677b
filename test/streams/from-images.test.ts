import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { take, tap } from 'rxjs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { fromImages } from '../../src/streams/from-images.js';
import { naturalOrder } from '../../src/streams/pictures/find.js';
import { all, scratch } from './media.js';

const folder = scratch();

async function picture(path: string, shade: number, width = 4, height = 2): Promise<string> {
  const full = join(folder, path);
  mkdirSync(join(full, '..'), { recursive: true });
  await sharp({ create: { width, height, channels: 3, background: { r: shade, g: 0, b: 0 } } }).toFile(full);
  return full;
}

/** A small PNG file that says it has 10 000 × 10 000 pixels. */
function bomb(path: string): void {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    let crc = ~0;
    for (const byte of body) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    frame.writeUInt32BE(~crc >>> 0, 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(10_000, 0);
  header.writeUInt32BE(10_000, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(10_000 * 30));
  const parts = [chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))];
  writeFileSync(path, Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...parts]));
}

describe('fromImages', () => {
  it('reads a folder in natural order, with the folder as label and the path as source', async () => {
    const paths = [await picture('set/open/eye1.png', 1), await picture('set/open/eye2.png', 2)];
    paths.push(await picture('set/open/eye10.png', 10), await picture('set/shut/eye1.png', 20));
    writeFileSync(join(folder, 'set/notes.txt'), 'no picture');
    const frames = await all(fromImages(join(folder, 'set')));
    expect(frames.map((f) => f.source)).toEqual(paths);
    expect(frames.map((f) => f.data[0])).toEqual([1, 2, 10, 20]);
    expect(frames.map((f) => f.labels?.name)).toEqual(['open', 'open', 'open', 'shut']);
    expect(frames.map((f) => f.sequence)).toEqual([0, 1, 2, 3]);
    expect(frames[0]).toMatchObject({ width: 4, height: 2 });
    expect(frames[0]?.data.length).toBe(24);

    const some = await all(fromImages(join(folder, 'set/**/eye1.png')));
    expect(some.map((f) => f.source)).toEqual([paths[0], paths[3]]);
    const listed = await all(fromImages([paths[2] as string, paths[0] as string]));
    expect(listed.map((f) => f.data[0])).toEqual([10, 1]);
    expect(await all(fromImages(paths[1] as string))).toHaveLength(1);
  });

  it('converts all formats to three channels, upright', async () => {
    const base = { create: { width: 4, height: 2, channels: 3, background: { r: 99, g: 99, b: 99 } } } as const;
    await picture('kinds/.keep.png', 0);
    await sharp(base).toColourspace('b-w').toFile(join(folder, 'kinds/1-grey.png'));
    await sharp(base).toColourspace('rgb16').toFile(join(folder, 'kinds/2-deep.png'));
    await sharp(base).ensureAlpha(0).toFile(join(folder, 'kinds/3-clear.webp'));
    await sharp(base).withMetadata({ orientation: 6 }).toFile(join(folder, 'kinds/4-turned.jpg'));
    await sharp(base).toFile(join(folder, 'kinds/5 [odd] (name).GIF'));
    const frames = await all(fromImages(join(folder, 'kinds')));
    expect(frames.map((f) => [f.width, f.height, f.data.length, f.data[0]])).toEqual([
      [4, 2, 24, 99],
      [4, 2, 24, 99],
      [4, 2, 24, 0],
      [2, 4, 24, 99],
      [4, 2, 24, 99],
    ]);
  });

  it('scales', async () => {
    const path = await picture('one/eye.png', 7, 40, 20);
    const sizes = [
      { size: { width: 10 }, is: [10, 5] },
      { size: { width: 10, height: 10 }, is: [10, 5] },
      { size: { width: 10, height: 10, fit: 'cover' }, is: [10, 10] },
      { size: { width: 7, height: 9, fit: 'fill' }, is: [7, 9] },
    ] as const;
    for (const { size, is } of sizes) {
      const [frame] = await all(fromImages(path, { size }));
      expect([frame?.width, frame?.height]).toEqual(is);
    }
  });

  it('skips and reports damaged, truncated, too large and missing pictures', async () => {
    const good = await picture('mixed/a.png', 1);
    writeFileSync(join(folder, 'mixed/b.png'), 'not a picture');
    const whole = readFileSync(await picture('big.jpg', 1, 400, 400));
    writeFileSync(join(folder, 'mixed/c.jpg'), whole.subarray(0, whole.length - 400));
    bomb(join(folder, 'mixed/d.png'));
    const last = await picture('mixed/e.png', 5);
    const skipped: string[] = [];
    const options = {
      onSkip: (path: string, error: IrisflowError) => {
        expect(error).toBeInstanceOf(IrisflowError);
        skipped.push(path.slice(-5));
      },
    };
    const frames = await all(fromImages(join(folder, 'mixed'), options));
    expect(frames.map((f) => [f.source, f.sequence])).toEqual([
      [good, 0],
      [last, 1],
    ]);
    expect(skipped).toEqual(['b.png', 'c.jpg', 'd.png']);

    const list = [join(folder, 'gone.png'), folder, good];
    expect(await all(fromImages(list, options))).toHaveLength(1);
    expect(await all(fromImages(list, { loop: true }).pipe(take(4)))).toHaveLength(4);
  });

  it('fails with one line when there is nothing to read', async () => {
    mkdirSync(join(folder, 'nothing'));
    writeFileSync(join(folder, 'bad.png'), 'x');
    const cases = [
      join(folder, 'nothing'),
      join(folder, '*.xyz'),
      [],
      join(folder, 'bad.png'),
      join(folder, 'none.png'),
    ];
    for (const input of cases) {
      for (const loop of [false, true]) {
        const error = await all(fromImages(input, { loop })).catch((thrown) => thrown);
        expect(error).toBeInstanceOf(IrisflowError);
        expect(error.code).toBe('INPUT');
      }
    }
  });

  it('ends on a circular link', async () => {
    await picture('circle/a.png', 1);
    symlinkSync(join(folder, 'circle'), join(folder, 'circle/again'));
    const frames = await all(fromImages(join(folder, 'circle')));
    expect(frames.length).toBeGreaterThanOrEqual(1);
  });

  it('waits while a consumer holds it, and loses nothing', async () => {
    for (let i = 0; i < 4; i++) await picture(`held/${i}.png`, i);
    const owner = {};
    let held = false;
    const frames = await all(
      fromImages(join(folder, 'held'), { loop: true }).pipe(
        take(10),
        tap((frame) => {
          expect(held).toBe(false);
          frame.flow?.hold(owner);
          held = true;
          setImmediate(() => {
            held = false;
            frame.flow?.release(owner);
          });
        }),
      ),
    );
    expect(frames.map((f) => f.data[0])).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1]);
    expect(frames.map((f) => f.sequence)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('keeps its pace, and stops when it is unsubscribed', async () => {
    const path = await picture('pace/a.png', 1);
    const before = performance.now();
    await all(fromImages(path, { loop: true, fps: 50 }).pipe(take(4)));
    expect(performance.now() - before).toBeGreaterThan(55);
    let after = 0;
    const subscription = fromImages(path, { loop: true }).subscribe(() => after++);
    subscription.unsubscribe();
    await all(fromImages(path));
    expect(after).toBe(0);
  });

  it('refuses wrong options at once', () => {
    const wrong = [{ fps: -1 }, { fps: Number.NaN }, { maxPixels: 0 }, { size: {} }];
    for (const options of wrong) expect(() => fromImages(folder, options)).toThrow(IrisflowError);
    expect(() => fromImages('')).toThrow(IrisflowError);
    expect(() => fromImages(['a\0b'])).toThrow(IrisflowError);
  });
});

describe('naturalOrder', () => {
  it('orders folders, then numbers by value', () => {
    const sorted = ['b/1.png', 'a/10.png', 'a/9.png', 'a/B.png', 'a/a.png', 'A/a.png'].sort(naturalOrder);
    expect(sorted).toEqual(['a/9.png', 'a/10.png', 'A/a.png', 'a/a.png', 'a/B.png', 'b/1.png']);
  });
});
