import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { perceptualDistance } from '../../src/measures/perceptual-distance.js';
import type { Pictures } from '../../src/measures/pictures.js';
import { eyes } from './eyes.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('onnx', { threads: 1 });
});
afterAll(() => engine.dispose());

/** Each picture brighter by so many levels, or blurred over 3×3 pixels. */
function changed(pictures: Pictures, how: (data: Uint8Array, at: number) => number): Pictures {
  return { ...pictures, data: pictures.data.map((_, at) => how(pictures.data, at)) };
}
const row = 32 * 3;
const brighter = (data: Uint8Array, at: number) => Math.min(255, data[at]! + 8);
const blurred = (data: Uint8Array, at: number) =>
  [-row, 0, row].flatMap((y) => [-3, 0, 3].map((x) => data[at + y + x] ?? data[at]!)).reduce((a, b) => a + b) / 9;

describe('perceptualDistance', () => {
  // More than a batch, and no whole number of batches.
  const pictures = eyes(19);

  it('is 0 of pictures and themselves, symmetric, and larger the more an eye changes', async () => {
    const same = await perceptualDistance(engine, pictures, pictures);
    expect(same).toEqual({ mean: 0, interval: [0, 0] });
    const light = await perceptualDistance(engine, pictures, changed(pictures, brighter));
    const soft = await perceptualDistance(engine, pictures, changed(pictures, blurred));
    const back = await perceptualDistance(engine, changed(pictures, blurred), pictures);
    const other = await perceptualDistance(engine, pictures, eyes(19, 7));
    expect(light.mean).toBeGreaterThan(0);
    expect(soft.mean).toBeGreaterThan(light.mean);
    expect(back.mean).toBeCloseTo(soft.mean, 6);
    expect(other.mean).toBeGreaterThan(soft.mean);
    expect(other.mean).toBeLessThanOrEqual(4);
    expect(soft.interval[0]).toBeLessThan(soft.mean);
  });

  it('reports progress and stops when the signal is aborted', async () => {
    const seen: number[] = [];
    await perceptualDistance(engine, pictures, pictures, { onProgress: (done) => seen.push(done) });
    expect(seen).toEqual([16, 19]);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(perceptualDistance(engine, pictures, pictures, { signal })).rejects.toThrow('enough');
  });

  it('refuses pictures of two sizes', async () => {
    await expect(perceptualDistance(engine, pictures, eyes(19, 1, 48))).rejects.toMatchObject({ code: 'USAGE' });
  });
});
