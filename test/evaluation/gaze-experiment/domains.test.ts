import { describe, expect, it } from 'vitest';
import { picturesOf, RECORDING } from '../../../src/evaluation/gaze-experiment/domains.js';
import { correlation } from '../../../src/vision/luminance.js';

const options = { seed: 1, count: 2 * RECORDING, size: 32 };
const BYTES = 32 * 32 * 3;

describe('picturesOf', () => {
  it('gives labelled pictures, the same for the same arguments', async () => {
    for (const domain of ['synthetic', 'real'] as const) {
      const made = await picturesOf(domain, options);
      expect(await picturesOf(domain, options)).toEqual(made);
      expect(made.data).toHaveLength(options.count * BYTES);
      expect(made.gaze.every((angle) => Math.abs(angle) <= 0.51)).toBe(true);
      expect(made.pupils.every((place) => place > 4 && place < 28)).toBe(true);
      expect(new Set(made.gaze).size).toBeGreaterThan(options.count);
      // A shorter set is the beginning of a longer one.
      const fewer = await picturesOf(domain, { ...options, count: 5 });
      expect(fewer.data).toEqual(made.data.subarray(0, 5 * BYTES));
    }
  });

  it('has other people in every domain and for every seed', async () => {
    const sets = [
      await picturesOf('synthetic', options),
      await picturesOf('synthetic-test', options),
      await picturesOf('real', options),
      await picturesOf('real-test', options),
      await picturesOf('real', { ...options, seed: 2 }),
    ];
    const starts = sets.map(({ gaze, pupils }) => [...gaze.subarray(0, 2), ...pupils.subarray(0, 2)].join());
    expect(new Set(starts).size).toBe(sets.length);
  });

  it('photographs the same renders, each with its own camera', async () => {
    for (const part of ['', '-test'] as const) {
      const [renders, photographs] = [
        await picturesOf(`synthetic${part}`, options),
        await picturesOf(`photographed${part}`, options),
      ];
      expect(photographs.gaze).toEqual(renders.gaze);
      expect(photographs.pupils).toEqual(renders.pupils);
      const at = (data: Uint8Array, i: number) => Float32Array.from(data.subarray(i * BYTES, (i + 1) * BYTES));
      for (let i = 1; i < options.count; i++) {
        const photograph = at(photographs.data, i);
        expect(photograph).not.toEqual(at(renders.data, i));
        // More like its own render than like the one before.
        const likeness = [i, i - 1].map((j) => correlation(photograph, at(renders.data, j))) as [number, number];
        expect(likeness[0]).toBeGreaterThan(likeness[1]);
      }
    }
  });

  it('shows real eyes darker, smoother in colour and noisier where skin is even', async () => {
    const brightness = async (domain: 'synthetic' | 'real') => {
      const { data } = await picturesOf(domain, { ...options, count: 60 });
      return data.reduce((a, b) => a + b, 0) / data.length;
    };
    expect(await brightness('real')).toBeLessThan((await brightness('synthetic')) - 10);
  });

  it('stops when the signal is aborted', async () => {
    await expect(picturesOf('synthetic', { ...options, count: 64, signal: AbortSignal.abort() })).rejects.toThrow(
      /abort/i,
    );
  });
});
