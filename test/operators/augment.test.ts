import fc from 'fast-check';
import { firstValueFrom, from, Subject, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Augmentation, augmentFrame } from '../../src/data/augmentation.js';
import { IrisflowError } from '../../src/errors.js';
import type { Crop } from '../../src/frame.js';
import { apply } from '../../src/geometry/affine.js';
import { augment } from '../../src/operators/augment.js';
import { randomAt } from '../../src/random.js';
import { dotFrame, eyeCrop, findDot, noiseFrame, smoothFrame } from './pictures.js';

const NOTHING: Augmentation = { flip: false, zoom: 0, rotation: 0, shear: 0, shift: 0 };

describe('augmentFrame', () => {
  it('is a pure function of picture, options and random stream, and does not modify the picture', () => {
    const frame = noiseFrame(32, 24);
    const before = frame.data.slice();
    const once = augmentFrame(frame, { noise: 0.1, brightness: 0.2 }, randomAt(1, 2));
    const again = augmentFrame(frame, { noise: 0.1, brightness: 0.2 }, randomAt(1, 2));
    const other = augmentFrame(frame, { noise: 0.1, brightness: 0.2 }, randomAt(1, 3));
    expect(once).toEqual(again);
    expect(once.data).not.toEqual(other.data);
    expect(frame.data).toEqual(before);
  });

  it('changes nothing where every amount is zero', () => {
    const frame = noiseFrame(32, 24);
    const copy = augmentFrame(frame, NOTHING, randomAt(1));
    expect(copy).toEqual(frame);
    expect(copy.data).not.toBe(frame.data);
  });

  it('only mirrors and shifts by whole pixels without resampling: every pixel is one of the picture', () => {
    const frame = noiseFrame(32, 24);
    const moved = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const { data } = augmentFrame(frame, { resample: 0 }, randomAt(seed));
      const pixels = (bytes: Uint8Array) =>
        Array.from({ length: bytes.length / 3 }, (_, i) => bytes.subarray(i * 3, i * 3 + 3).join());
      const known = new Set(pixels(frame.data));
      expect(pixels(data).every((pixel) => known.has(pixel))).toBe(true);
      moved.add(data.join());
    }
    expect(moved.size).toBeGreaterThan(15);
  });

  it('resamples the given share of the pictures', () => {
    const frame = noiseFrame(32, 24);
    const triples = (bytes: Uint8Array) =>
      Array.from({ length: bytes.length / 3 }, (_, i) => bytes.subarray(i * 3, i * 3 + 3).join());
    const known = new Set(triples(frame.data));
    const isResampled = (seed: number) =>
      !triples(augmentFrame(frame, { resample: 0.5 }, randomAt(seed)).data).every((pixel) => known.has(pixel));
    const resampled = Array.from({ length: 200 }, (_, seed) => isResampled(seed)).filter(Boolean).length;
    expect(resampled).toBeGreaterThan(70);
    expect(resampled).toBeLessThan(130);
  });

  it('takes the pupil where the picture shows it, and the crop where it was cut', () => {
    const old = eyeCrop(dotFrame(64, 48, [38, 20]));
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const moved: Crop = augmentFrame(old, {}, randomAt(seed));
        const pupil = moved.labels?.pupils?.[0] ?? [Number.NaN, Number.NaN];
        const seen = findDot(moved);
        expect(Math.hypot(seen[0] - pupil[0], seen[1] - pupil[1])).toBeLessThan(0.3);
        const [x, y] = apply(moved.toFrame, pupil);
        expect([x, y]).toEqual([expect.closeTo(38), expect.closeTo(20)]);
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it('mirrors about half of the pictures, with their gaze', () => {
    const frame = { ...noiseFrame(8, 6), labels: { gaze: [0.1, 0.4] as const } };
    let mirrored = 0;
    for (let seed = 0; seed < 200; seed++) {
      const copy = augmentFrame(frame, { ...NOTHING, flip: true }, randomAt(seed));
      const turned = copy.data[0] !== frame.data[0] || copy.data[1] !== frame.data[1];
      expect(copy.labels?.gaze).toEqual([expect.closeTo(0.1), expect.closeTo(turned ? -0.4 : 0.4)]);
      if (turned) {
        mirrored++;
        for (let x = 0; x < 8; x++) {
          expect(copy.data.subarray(x * 3, x * 3 + 3)).toEqual(frame.data.subarray((7 - x) * 3, (8 - x) * 3));
        }
      }
    }
    expect(mirrored).toBeGreaterThan(75);
    expect(mirrored).toBeLessThan(125);
  });

  it('rotates gaze with the picture', () => {
    const frame = { ...smoothFrame(16, 16), labels: { gaze: [0.3, 0] as const } };
    for (let seed = 0; seed < 20; seed++) {
      const copy = augmentFrame(eyeCrop(frame), { ...NOTHING, rotation: 90 }, randomAt(seed));
      const [pitch, yaw] = copy.labels?.gaze ?? [0, 0];
      // Up in the old picture, (0, −1), in the new one: the inverse of a rotation is its transpose.
      const [a, b, , , e] = copy.toFrame;
      expect(Math.sin(pitch)).toBeCloseTo(Math.sin(0.3) * e);
      expect(Math.cos(pitch) * Math.sin(yaw)).toBeCloseTo(Math.sin(0.3) * -b);
      expect(a).toBeCloseTo(e);
    }
  });

  it('stays within its amounts', () => {
    const crop = eyeCrop(smoothFrame(40, 20));
    let [minZoom, maxZoom, furthest, steepest] = [9, 0, 0, 0];
    for (let seed = 0; seed < 300; seed++) {
      const zoomed = augmentFrame(crop, { ...NOTHING, zoom: 0.1 }, randomAt(seed));
      minZoom = Math.min(minZoom, 1 / zoomed.toFrame[0]);
      maxZoom = Math.max(maxZoom, 1 / zoomed.toFrame[0]);
      const shifted = augmentFrame(crop, { ...NOTHING, shift: 0.075 }, randomAt(seed));
      furthest = Math.max(furthest, Math.abs(shifted.toFrame[2]) / 40, Math.abs(shifted.toFrame[5]) / 20);
      const sheared = augmentFrame(crop, { ...NOTHING, shear: 0.1 }, randomAt(seed));
      steepest = Math.max(steepest, Math.abs(sheared.toFrame[1]));
    }
    expect([minZoom, maxZoom]).toEqual([expect.closeTo(0.9, 2), expect.closeTo(1.1, 2)]);
    expect([furthest, steepest]).toEqual([expect.closeTo(0.075, 3), expect.closeTo(0.1, 2)]);
  });

  it('adds brightness and noise of the given amounts, and clamps to a byte', () => {
    const grey = { ...smoothFrame(64, 64), data: new Uint8Array(64 * 64 * 3).fill(128) };
    const noisy = augmentFrame(grey, { ...NOTHING, noise: 0.05 }, randomAt(1)).data;
    const mean = noisy.reduce((sum, value) => sum + value, 0) / noisy.length;
    const deviation = Math.sqrt(noisy.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noisy.length);
    expect(mean).toBeCloseTo(128, 0);
    expect(deviation).toBeCloseTo(0.05 * 255, 0);
    const levels = Array.from(
      { length: 50 },
      (_, seed) => augmentFrame(grey, { ...NOTHING, brightness: 0.2 }, randomAt(seed)).data[0] ?? 0,
    );
    expect(Math.min(...levels)).toBeGreaterThanOrEqual(128 - 51);
    expect(Math.max(...levels)).toBeLessThanOrEqual(128 + 51);
    expect(Math.max(...levels) - Math.min(...levels)).toBeGreaterThan(60);
    const bright = augmentFrame(
      { ...grey, data: grey.data.map(() => 250) },
      { ...NOTHING, noise: 0.5 },
      randomAt(3),
    ).data;
    expect(bright.includes(255)).toBe(true);
  });

  it('draws the same geometry for every brightness', () => {
    const crop = eyeCrop(smoothFrame(16, 16));
    const plain = augmentFrame(crop, {}, randomAt(9));
    expect(augmentFrame(crop, { noise: 0.2, brightness: 0.3 }, randomAt(9)).toFrame).toEqual(plain.toFrame);
    expect(augmentFrame(crop, { shift: 0 }, randomAt(9)).toFrame[0]).toBe(plain.toFrame[0]);
  });
});

describe('augment', () => {
  it('augments each picture differently, and equally for an equal seed', async () => {
    const frames = [0, 1, 2].map((sequence) => noiseFrame(16, 16, 1, { sequence }));
    const run = (seed?: number) => firstValueFrom(from(frames).pipe(augment({ seed }), toArray()));
    const [a, b] = [await run(3), await run(3)];
    expect(a).toEqual(b);
    expect(a[0]?.data).not.toEqual(a[1]?.data);
    expect((await run(4))[0]?.data).not.toEqual(a[0]?.data);
    expect(a.map(({ sequence }) => sequence)).toEqual([0, 1, 2]);
  });

  it('unsubscribes its source and completes with it', () => {
    const source = new Subject<Crop>();
    const events: string[] = [];
    const subscription = source.pipe(augment()).subscribe({ error: () => events.push('error') });
    source.error(new Error('x'));
    expect(events).toEqual(['error']);
    subscription.unsubscribe();
    expect(source.observed).toBe(false);
  });

  it.each([{ zoom: 1 }, { rotation: -1 }, { noise: Number.NaN }, { seed: 0.5 }])('refuses %o', (options) => {
    expect(() => augment(options)).toThrow(IrisflowError);
    expect(() => augment(options)).toThrow(Object.keys(options)[0]);
  });
});
