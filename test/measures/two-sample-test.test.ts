import { afterAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/index.js';
import { IrisflowError } from '../../src/errors.js';
import type { Pictures } from '../../src/measures/pictures.js';
import { picked } from '../../src/measures/pictures.js';
import { twoSampleTest } from '../../src/measures/two-sample-test.js';
import { eyes, photographed, plain } from './eyes.js';

const engine = await openEngine('onnx', { threads: 1 });
afterAll(() => engine.dispose());

const scales = ['whole', 'patch'] as const;

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error) => (error instanceof IrisflowError ? error.code : String(error)),
  );
}

describe.each(scales)('the two-sample test of %s pictures', (scale) => {
  it('distinguishes renders from photographs of such renders', async () => {
    const pictures = photographed(eyes(40, 1000), 16);
    const { accuracy, interval, count } = await twoSampleTest(engine, eyes(36), pictures, { scale, folds: 2 });
    expect(accuracy).toBeGreaterThanOrEqual(0.9);
    expect(accuracy).toBeLessThanOrEqual(1);
    expect(interval[0]).toBeGreaterThan(0.7);
    expect(interval[0]).toBeLessThanOrEqual(accuracy);
    expect(interval[1]).toBeGreaterThanOrEqual(accuracy);
    expect(count).toBe(scale === 'whole' ? 76 : 4 * 76);
  });

  it('is at chance for two samples of the same distribution', async () => {
    const options = { scale, folds: 2, seed: 2 };
    const { accuracy, interval } = await twoSampleTest(engine, eyes(48, 0, 24), eyes(40, 1000, 24), options);
    expect(Math.abs(accuracy - 0.5)).toBeLessThan(0.15);
    expect(interval[0]).toBeLessThan(0.5);
    expect(interval[1]).toBeGreaterThan(0.5);
  });
});

describe('the two-sample test', () => {
  it('is a function of pictures and seed, and reports progress', async () => {
    const shares: number[] = [];
    const [a, b] = [eyes(10, 0, 16), photographed(eyes(12, 50, 16))];
    const options = { scale: 'whole', folds: 2, seed: 4 } as const;
    const once = await twoSampleTest(engine, a, b, { ...options, onProgress: (share) => shares.push(share) });
    expect(await twoSampleTest(engine, a, b, options)).toEqual(once);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((x, y) => x - y));
  });

  it('is at chance on equal pictures and on pictures of one colour', async () => {
    const grey = plain(10, 128, 16);
    const same = await twoSampleTest(engine, grey, grey, { scale: 'whole', folds: 2 });
    expect(same.accuracy).toBeCloseTo(0.5, 6);
    const [black, white] = [plain(10, 0, 16), plain(10, 255, 16)];
    expect((await twoSampleTest(engine, black, white, { scale: 'whole', folds: 2 })).accuracy).toBe(1);
  });

  it('refuses too few pictures, other sizes, wrong bytes and one fold', async () => {
    const few = picked(eyes(10), [0, 1, 2]);
    const broken: Pictures = { ...eyes(10), count: 11 };
    const wrong = [
      twoSampleTest(engine, few, eyes(10), { scale: 'whole' }),
      twoSampleTest(engine, eyes(10), eyes(10, 0, 16), { scale: 'whole' }),
      twoSampleTest(engine, broken, eyes(10), { scale: 'whole' }),
      twoSampleTest(engine, eyes(10), eyes(10), { scale: 'whole', folds: 1 }),
      twoSampleTest(engine, plain(10, 0, 8), plain(10, 0, 8), { scale: 'patch' }),
    ];
    for (const work of wrong) expect(await codeOf(work)).toBe('USAGE');
  });

  it('stops when the signal is aborted', async () => {
    const stop = new AbortController();
    const work = twoSampleTest(engine, eyes(10), eyes(10, 20), {
      scale: 'whole',
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(work).rejects.toThrow('enough');
  });
});
