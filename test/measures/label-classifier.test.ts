import { afterAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/index.js';
import { labelClassifier, type Pictures } from '../../src/evaluation/index.js';
import { randomAt } from '../../src/random.js';

const engine = await openEngine('onnx', { threads: 1 });
afterAll(() => engine.dispose());

const SIZE = { width: 9, height: 8 };

/** Noise with a light bar: across (0), down (1), or none (2), somewhere in the picture. */
function bars(count: number, seed: number): { pictures: Pictures; labels: Uint8Array } {
  const random = randomAt(seed, 'bars');
  const labels = Uint8Array.from({ length: count }, () => random.integer(3));
  const data = new Uint8Array(count * 8 * 9 * 3);
  for (const [i, label] of labels.entries()) {
    const place = 1 + random.integer(6);
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 9; x++) {
        const light = (label === 0 && y === place) || (label === 1 && x === place);
        data.fill(random.uniform(0, 60) + (light ? 150 : 0), ((i * 8 + y) * 9 + x) * 3, ((i * 8 + y) * 9 + x) * 3 + 3);
      }
    }
  }
  return { pictures: { data, count, ...SIZE }, labels };
}

const known = bars(200, 1);

describe('labelClassifier', () => {
  it('classifies held-out pictures', async () => {
    const shares: number[] = [];
    const classifier = await labelClassifier(engine, known.pictures, known.labels, 3, {
      steps: 100,
      onProgress: (share) => shares.push(share),
    });
    const other = bars(150, 2);
    expect(await classifier.accuracy(other.pictures, other.labels)).toBeGreaterThan(0.95);
    expect(shares).toHaveLength(100);
    expect(shares.at(-1)).toBe(1);
    const predicted = await classifier.predict(other.pictures);
    expect(predicted).toHaveLength(150);
    const right = predicted.filter((label, i) => label === other.labels[i]).length / 150;
    expect(await classifier.accuracy(other.pictures, other.labels)).toBe(right);
    expect(await classifier.predict({ ...SIZE, data: new Uint8Array(0), count: 0 })).toHaveLength(0);
    await expect(
      classifier.predict({ data: new Uint8Array(8 * 8 * 3), count: 1, width: 8, height: 8 }),
    ).rejects.toThrow(expect.objectContaining({ code: 'USAGE' }));
    await classifier.dispose();
  });

  it('is deterministic for a seed, and at chance without training', async () => {
    const predict = async (options: object) => {
      const classifier = await labelClassifier(engine, known.pictures, known.labels, 3, options);
      const predicted = await classifier.predict(known.pictures);
      await classifier.dispose();
      return predicted;
    };
    expect(await predict({ steps: 5 })).toEqual(await predict({ steps: 5 }));
    const untaught = await predict({ steps: 0 });
    expect(untaught.filter((label, i) => label === known.labels[i]).length / 200).toBeLessThan(0.7);
  });

  it.each([
    ['no pictures', { ...SIZE, data: new Uint8Array(0), count: 0 }, new Uint8Array(0)],
    ['fewer labels', known.pictures, known.labels.slice(1)],
    ['a label too high', known.pictures, known.labels.with(7, 3)],
    ['bytes that are not as many pictures', { ...known.pictures, count: 3 }, new Uint8Array(3)],
  ])('refuses %s', async (_, pictures, labels) => {
    await expect(labelClassifier(engine, pictures, labels, 3)).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('stops when the signal is aborted', async () => {
    const options = { signal: AbortSignal.abort(new Error('enough')) };
    await expect(labelClassifier(engine, known.pictures, known.labels, 3, options)).rejects.toThrow('enough');
  });
});
