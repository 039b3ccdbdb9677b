import { lastValueFrom, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { blur, edges, grey, mask, PAIRS, type PairKind, pairOf } from '../../../src/data/pairs/index.js';
import { IrisflowError } from '../../../src/errors.js';
import type { Frame } from '../../../src/frame.js';
import { warp } from '../../../src/geometry/warp.js';
import { toPairs } from '../../../src/operators/index.js';
import { randomAt } from '../../../src/random.js';
import { eyeCrop, noiseFrame, smoothFrame } from '../../operators/pictures.js';

/** Grey to the left of `at`, lighter to its right, with noise. */
function step(width: number, height: number, at: number, rise = 100, noise = 0) {
  const random = randomAt(3, 'step');
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const shade = 60 + (i % width >= at ? rise : 0) + random.normal(0, noise);
    data.fill(Math.max(0, Math.min(255, Math.round(shade))), i * 3, i * 3 + 3);
  }
  return { data, width, height };
}

const lit = (picture: Uint8Array) => picture.reduce((count, value) => count + (value > 0 ? 1 : 0), 0) / 3;
const flat = (shade: number, width = 16, height = 12) => ({
  data: new Uint8Array(width * height * 3).fill(shade),
  width,
  height,
});
const spread = (data: Uint8Array) => {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  return Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
};

describe('each kind of pair whose input is derived', () => {
  const names = ['edges', 'grey', 'blur', 'mask'] as const;
  it.each(names)('%s makes an input of the same size and does not modify the picture', (name) => {
    for (const [width, height] of [
      [24, 16],
      [7, 5],
      [2, 2],
      [1, 9],
      [1, 1],
    ] as const) {
      const frame = noiseFrame(width, height);
      const before = frame.data.slice();
      const pair = pairOf(PAIRS[name], frame) as Required<Frame>;
      expect(pair.data).toHaveLength(width * height * 3);
      expect(pair.target).toBe(frame.data);
      expect(pair.data).not.toBe(frame.data);
      expect(frame.data).toEqual(before);
      expect(PAIRS[name].make(frame)?.data).toEqual(pair.data);
    }
  });
});

describe('edges', () => {
  it('draws one line, a pixel wide, where brightness changes', () => {
    const lines = edges(step(32, 24, 16));
    for (let y = 1; y < 23; y++) {
      const row = Array.from({ length: 32 }, (_, x) => lines[(y * 32 + x) * 3]);
      const at = row.flatMap((value, x) => (value === 255 ? [x] : []));
      expect(at).toHaveLength(1);
      expect(at[0]).toBeGreaterThanOrEqual(15);
      expect(at[0]).toBeLessThanOrEqual(16);
    }
    expect(new Set(lines)).toEqual(new Set([0, 255]));
  });

  it('draws the same lines in less light', () => {
    const eye = smoothFrame(64, 48);
    const darker = { ...eye, data: eye.data.map((value) => value * 0.5) };
    const [bright, dark] = [edges(step(32, 24, 10, 120)), edges(step(32, 24, 10, 40))];
    expect(dark).toEqual(bright);
    expect(lit(edges(darker))).toBeLessThan(1.2 * lit(edges(eye)) + 20);
  });

  it('draws no lines in an even picture, and hardly any in noise', () => {
    expect(lit(edges(flat(200)))).toBe(0);
    for (const noise of [4, 12, 30]) expect(lit(edges(step(64, 64, 99, 0, noise)))).toBeLessThan(20);
    const noisy = edges(step(64, 64, 32, 100, 10));
    expect(lit(noisy)).toBeGreaterThan(55);
    expect(lit(noisy)).toBeLessThan(90);
  });

  it('does not depend on the picture before', () => {
    const first = edges(step(32, 24, 16));
    edges(noiseFrame(64, 64));
    expect(edges(step(32, 24, 16))).toEqual(first);
  });
});

describe('grey', () => {
  it('is the luma in all channels', () => {
    const colours = Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0]);
    const luma = [77, 149, 29, 255, 0].flatMap((value) => [value, value, value]);
    expect([...grey({ data: colours, width: 5, height: 1 })]).toEqual(luma);
  });
});

describe('blur', () => {
  it('does not change an even picture, and removes detail from others', () => {
    expect(blur(flat(77)).every((value) => value === 77)).toBe(true);
    const noise = noiseFrame(64, 64);
    expect(spread(blur(noise))).toBeLessThan(0.2 * spread(noise.data));
  });

  it('spreads a point as a Gaussian with a deviation of a 24th of the side, in each channel separately', () => {
    const data = new Uint8Array(96 * 96 * 3);
    for (let y = 0; y < 96; y++) data.fill(255, (y * 96 + 48) * 3, (y * 96 + 48) * 3 + 1);
    const row = blur({ data, width: 96, height: 96 }).subarray(48 * 96 * 3, 49 * 96 * 3);
    let [sum, square] = [0, 0];
    for (let x = 0; x < 96; x++) {
      sum += row[x * 3] as number;
      square += (row[x * 3] as number) * (x - 48) ** 2;
      expect(row[x * 3 + 1]).toBe(0);
    }
    expect(Math.sqrt(square / sum)).toBeGreaterThan(3.4);
    expect(Math.sqrt(square / sum)).toBeLessThan(4.6);
    expect(Math.abs(sum - 255)).toBeLessThan(20);
  });

  it('commutes with mirroring', () => {
    const noise = noiseFrame(40, 30);
    const mirror = (data: Uint8Array) => warp({ data, width: 40, height: 30 }, [-1, 0, 40, 0, 1, 0], 40, 30);
    expect(blur({ ...noise, data: mirror(noise.data) })).toEqual(mirror(blur(noise)));
  });
});

describe('mask', () => {
  it('puts a grey hole in the middle and does not change the rest', () => {
    const frame = noiseFrame(16, 12);
    const out = mask(frame);
    for (let y = 0; y < 12; y++) {
      for (let x = 0; x < 16; x++) {
        const inside = x >= 4 && x < 12 && y >= 3 && y < 9;
        const at = (y * 16 + x) * 3;
        expect([...out.subarray(at, at + 3)]).toEqual(inside ? [128, 128, 128] : [...frame.data.subarray(at, at + 3)]);
      }
    }
  });
});

describe('toPairs', () => {
  it('sets input and target of each crop, and keeps all other fields', async () => {
    const crop = eyeCrop(noiseFrame(8, 6, 1, { sequence: 4, labels: { name: 'a' } }));
    const pairs = await lastValueFrom(of(crop).pipe(toPairs('grey'), toArray()));
    expect(pairs).toEqual([{ ...crop, data: grey(crop), target: crop.data }]);
  });

  it('drops crops without a pair, also for a kind of the caller', async () => {
    const back: PairKind = {
      description: 'every other picture to its inverse',
      make: ({ data, sequence }) => (sequence % 2 ? { data, target: data.map((value) => 255 - value) } : undefined),
    };
    const frames = [0, 1, 2, 3].map((sequence) => noiseFrame(8, 6, 1, { sequence }));
    const pairs = await lastValueFrom(of(...frames).pipe(toPairs(back), toArray()));
    expect(pairs.map(({ sequence }) => sequence)).toEqual([1, 3]);
    expect(pairs[0]?.data).toBe(frames[1]?.data);
  });

  it('refuses an unknown kind at the call with all names', () => {
    const wrong = () => toPairs('sketch' as 'edges');
    expect(wrong).toThrow(IrisflowError);
    expect(wrong).toThrow(/there is no kind of pairs "sketch": give one of edges, grey, blur, mask/);
    expect(() => toPairs('toString' as 'edges')).toThrow(/there is no kind of pairs/);
  });
});
