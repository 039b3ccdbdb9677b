import { describe, expect, it } from 'vitest';
import { refineAll } from '../../src/measures/refine-all.js';

const side = 2;
const bytes = side * side * 3;
const set = (count: number) => ({
  data: Uint8Array.from({ length: count * bytes }, (_, i) => i % 251),
  count,
  width: side,
  height: side,
});

/** Brightens, and remembers the batches that it was given. */
function brighter(batches: number[] = []) {
  return {
    refine: async (pictures: Uint8Array, count: number) => {
      batches.push(count);
      expect(pictures.length).toBe(count * bytes);
      return pictures.map((byte) => byte + 1);
    },
  };
}

describe('refineAll', () => {
  it('refines every picture once, in order, and reports progress', async () => {
    for (const count of [0, 1, 8, 19]) {
      const [batches, done]: [number[], number[]] = [[], []];
      const pictures = set(count);
      const refined = await refineAll(brighter(batches), pictures, { onProgress: (at) => done.push(at) });
      expect(refined).toEqual(pictures.data.map((byte) => byte + 1));
      expect(batches.reduce((a, b) => a + b, 0)).toBe(count);
      expect(done.at(-1) ?? 0).toBe(count);
    }
  });

  it('stops between two batches when the signal is aborted', async () => {
    const stopping = new AbortController();
    const batches: number[] = [];
    const work = refineAll(brighter(batches), set(40), { signal: stopping.signal, onProgress: () => stopping.abort() });
    await expect(work).rejects.toThrow();
    expect(batches).toHaveLength(1);
  });
});
