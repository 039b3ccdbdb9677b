import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Observable, Subscription, take } from 'rxjs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../src/frame.js';
import { fromPairs } from '../../src/streams/from-pairs.js';
import { all, scratch } from './media.js';

const root = scratch();
const failed = (source: Observable<unknown>) => all(source).catch((error: unknown) => error);
const at = (path: string) => join(root, path);

async function picture(path: string, shade: number, width = 4, height = 2): Promise<void> {
  mkdirSync(join(at(path), '..'), { recursive: true });
  await sharp({ create: { width, height, channels: 3, background: { r: shade, g: shade, b: shade } } }).toFile(
    at(path),
  );
}

describe('fromPairs', () => {
  it('pairs pictures by their path without the extension, in natural order', async () => {
    await picture('two/in/a/1.png', 1);
    await picture('two/in/a/10.png', 3);
    await picture('two/in/a/2.v2.png', 2);
    await picture('two/out/a/2.v2.webp', 102);
    await picture('two/out/a/1.PNG', 101);
    await picture('two/out/a/10.png', 103);
    writeFileSync(at('two/out/notes.txt'), 'no picture');
    const frames = await all(fromPairs(at('two/in'), at('two/out')));
    expect(frames.map(({ data }) => data[0])).toEqual([1, 2, 3]);
    expect(frames.map(({ target }) => target?.[0])).toEqual([101, expect.closeTo(102, -1), 103]);
    expect(frames.map(({ sequence }) => sequence)).toEqual([0, 1, 2]);
    expect(frames[0]).toMatchObject({ width: 4, height: 2, source: at('two/in/a/1.png'), labels: { name: 'a' } });
    for (const { data, target } of frames) expect([data.length, target?.length]).toEqual([24, 24]);

    const sized = { size: { width: 8, height: 8, fit: 'fill' }, loop: true } as const;
    const again = await all(fromPairs(at('two/in'), at('two/out'), sized).pipe(take(7)));
    expect(again.map(({ data }) => data[0])).toEqual([1, 2, 3, 1, 2, 3, 1]);
    expect(again[6]).toMatchObject({ width: 8, height: 8, sequence: 6 });
    expect(again[6]?.target).toHaveLength(192);
  });

  it('waits while a frame is held, and stops reading on unsubscribe', async () => {
    const seen: Frame[] = [];
    const held = {};
    const reading = new Subscription();
    await new Promise<void>((done) => {
      reading.add(
        fromPairs(at('two/in'), at('two/out')).subscribe({
          next(frame) {
            seen.push(frame);
            frame.flow?.hold(held);
            if (seen.length === 1) setTimeout(() => frame.flow?.release(held), 20);
            else done();
          },
        }),
      );
    });
    reading.unsubscribe();
    expect(seen.map(({ sequence }) => sequence)).toEqual([0, 1]);
  });

  it('reports the number of unpaired pictures and the first of them', async () => {
    for (const path of ['alone/in/1.png', 'alone/in/2.png', 'alone/out/1.png', 'alone/out/3.jpg', 'alone/out/4.jpg']) {
      await picture(path, 7);
    }
    expect(await failed(fromPairs(at('alone/in'), at('alone/out')))).toMatchObject({
      code: 'INPUT',
      message:
        `3 pictures have no partner: the first is ${at('alone/in/2.png')}, ` +
        `and there is no ${at('alone/out/2')}.* to go with it`,
    });
    await picture('lone/in/1.png', 7);
    expect(await failed(fromPairs(at('lone/in'), at('alone/in')))).toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/^1 picture has no partner: it is .*2\.png/),
    });
    await picture('double/in/1.png', 7);
    await picture('double/in/1.jpg', 7);
    expect(await failed(fromPairs(at('double/in'), at('lone/in')))).toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/1\.\w+ and .*1\.\w+ have one name/),
    });
  });

  it('ends with the name of a pair that differs in size', async () => {
    await picture('sizes/in/1.png', 1);
    await picture('sizes/out/1.png', 1);
    await picture('sizes/in/2.png', 1);
    await picture('sizes/out/2.png', 1, 4, 3);
    const seen: Frame[] = [];
    const error = await new Promise((done) => {
      fromPairs(at('sizes/in'), at('sizes/out')).subscribe({ next: (frame) => seen.push(frame), error: done });
    });
    expect(seen).toHaveLength(1);
    expect(error).toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/in.2\.png is 4×2, .*out.2\.png is 4×3/),
    });
  });

  it('skips unreadable pairs, and fails where none can be read', async () => {
    await picture('bad/in/1.png', 1);
    writeFileSync(at('bad/in/2.png'), 'no picture');
    await picture('bad/out/1.png', 1);
    await picture('bad/out/2.png', 2);
    const skipped: string[] = [];
    const frames = await all(fromPairs(at('bad/in'), at('bad/out'), { onSkip: (path) => skipped.push(path) }));
    expect(frames.map(({ source }) => source)).toEqual([at('bad/in/1.png')]);
    expect(skipped).toEqual([at('bad/in/2.png')]);
    expect(await failed(fromPairs(at('bad/in'), at('bad/out'), { maxPixels: 1 }))).toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/^None of the 2 pictures can be read/),
    });
  });

  it('needs two folders', async () => {
    expect(await failed(fromPairs(at('nowhere'), at('two/out')))).toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/nowhere is not there: pairs come from two folders/),
    });
    expect(await failed(fromPairs(at('two/in'), at('two/out/notes.txt')))).toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/notes\.txt is no folder/),
    });
    mkdirSync(at('empty'));
    expect(await failed(fromPairs(at('two/in'), at('empty')))).toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/no pictures in the folder/),
    });
    expect(() => fromPairs('', at('two/out'))).toThrow(/two folders/);
    expect(() => fromPairs(at('two/in'), at('two/out'), { fps: -1 })).toThrow(/fps/);
  });
});
