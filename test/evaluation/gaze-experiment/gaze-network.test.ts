import { afterAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/index.js';
import type { LabelledPictures } from '../../../src/evaluation/gaze-experiment/domains.js';
import { angleBetween, gazeErrorOf, trainGaze } from '../../../src/evaluation/gaze-experiment/gaze-network.js';
import { randomAt } from '../../../src/random.js';

const engine = await openEngine('onnx', { threads: 1 });
afterAll(() => engine.dispose());

const SIDE = 32;

/** Dark discs on grey whose place is the gaze: up is up, positive yaw is left. */
function discs(count: number, seed: number): LabelledPictures {
  const random = randomAt(seed, 'discs');
  const data = new Uint8Array(count * SIDE * SIDE * 3);
  const gaze = Float32Array.from({ length: 2 * count }, () => random.uniform(-0.3, 0.3));
  for (let i = 0; i < count; i++) {
    const [pitch, yaw] = [gaze[2 * i] as number, gaze[2 * i + 1] as number];
    for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
      const [x, y] = [(pixel % SIDE) - SIDE / 2, Math.floor(pixel / SIDE) - SIDE / 2];
      const rim = Math.hypot(x, y) < 14 ? 220 : 120;
      const level = Math.hypot(x + 25 * yaw, y + 25 * pitch) < 5 ? 30 : rim;
      data.fill(level, (i * SIDE * SIDE + pixel) * 3, (i * SIDE * SIDE + pixel + 1) * 3);
    }
  }
  return { data, count, width: SIDE, height: SIDE, gaze, pupils: new Float32Array(2 * count) };
}

describe('the gaze network', () => {
  it('learns the gaze of discs, including mirrored ones, and estimates that of others', async () => {
    const reader = await trainGaze(engine, discs(200, 1), { seed: 1, steps: 150 });
    const { error, within7 } = await gazeErrorOf(reader, discs(70, 2));
    // Reading straight ahead for all would be off by 13 degrees.
    expect(error).toBeLessThan(4);
    expect(within7).toBeGreaterThan(0.9);
    await reader.dispose();
  });

  it('is a pure function of pictures and options', async () => {
    const pictures = discs(20, 3);
    const readings = [];
    for (const seed of [1, 1, 2]) {
      const reader = await trainGaze(engine, pictures, { seed, steps: 3 });
      readings.push(await reader.read(pictures));
      await reader.dispose();
    }
    expect(readings[1]).toEqual(readings[0]);
    expect(readings[2]).not.toEqual(readings[0]);
  });

  it('handles equal pictures', async () => {
    const pictures = discs(8, 3);
    const flat = { ...pictures, data: pictures.data.map(() => 0) };
    const reader = await trainGaze(engine, flat, { seed: 1, steps: 5 });
    expect((await reader.read(flat)).every(Number.isFinite)).toBe(true);
    await reader.dispose();
  });

  it('stops when the signal is aborted', async () => {
    const stopping = new AbortController();
    const training = trainGaze(engine, discs(8, 1), {
      seed: 1,
      steps: 1000,
      signal: stopping.signal,
      onProgress: (step) => step === 2 && stopping.abort(),
    });
    await expect(training).rejects.toThrow(/abort/i);
  });

  it('refuses pictures of unsupported sizes', async () => {
    const wrong = { ...discs(4, 1), width: 64 };
    await expect(trainGaze(engine, wrong, { seed: 1, steps: 1 })).rejects.toMatchObject({ code: 'INPUT' });
    await expect(trainGaze(engine, discs(0, 1), { seed: 1, steps: 1 })).rejects.toMatchObject({ code: 'INPUT' });
  });
});

describe('angleBetween', () => {
  it('is the angle between two directions', () => {
    expect(angleBetween([0.1, 0], [0.1, 0])).toBe(0);
    expect(angleBetween([0.2, 0], [-0.1, 0])).toBeCloseTo((0.3 * 180) / Math.PI, 6);
    expect(angleBetween([0, 0.5], [0, -0.2])).toBeCloseTo((0.7 * 180) / Math.PI, 6);
    // Far up, a turn of yaw moves the direction less.
    expect(angleBetween([1.2, 0], [1.2, 0.1])).toBeLessThan(2.2);
  });
});
