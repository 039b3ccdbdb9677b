import { describe, expect, it } from 'vitest';
import type { Point } from '../../src/frame.js';
import type { Pictures } from '../../src/measures/pictures.js';
import { pupilShift } from '../../src/measures/pupil-shift.js';
import { eyeAt } from '../../src/renderer/eye-at.js';
import { renderEye } from '../../src/renderer/render-eye.js';
import { plain } from './eyes.js';

const SIDE = 64;
const COUNT = 20;
const pictures = Array.from({ length: COUNT }, (_, i) => renderEye(eyeAt(3, i, { step: 2, period: 1 }), SIDE, SIDE));
const truth = pictures.map(({ labels }) => labels.pupils[0] as Point);
const synthetic: Pictures = {
  data: Uint8Array.from(pictures.flatMap(({ data }) => [...data])),
  count: COUNT,
  width: SIDE,
  height: SIDE,
};

/** Every picture so many pixels to the right. */
function moved(pixels: number): Pictures {
  const data = synthetic.data.map((_, i) => {
    const channel = i % 3;
    const x = Math.floor(i / 3) % SIDE;
    return synthetic.data[i - channel - 3 * Math.min(x, pixels) + channel]!;
  });
  return { ...synthetic, data };
}

describe('pupilShift', () => {
  it('is 0 where nothing changed', () => {
    const { mean, interval, count, kept } = pupilShift(synthetic, synthetic, truth);
    expect([mean, ...interval, kept]).toEqual([0, 0, 0, 1]);
    expect(count).toBeGreaterThan(10);
  });

  it('is the shift of pictures that are shifted, scaled to 55 pixels', () => {
    const { median, per55, mean, fromTruth, kept } = pupilShift(synthetic, moved(3), truth);
    expect(Math.abs(median - 3)).toBeLessThan(0.2);
    expect(per55).toBeCloseTo((mean * 55) / 64, 9);
    expect(fromTruth!.synthetic).toBeLessThan(1.5);
    expect(fromTruth!.refined).toBeGreaterThan(2);
    expect(kept).toBeGreaterThan(0.8);
  });

  it('gives the same tracked shift, a little above 0 where nothing changed', () => {
    const [still, shifted] = [synthetic, moved(3)].map((refined) => pupilShift(synthetic, refined, truth));
    expect(still!.tracked.mean).toBeLessThan(0.1);
    expect(still!.tracked).toMatchObject({ count: still!.count, lost: 0 });
    const { tracked } = shifted!;
    expect(Math.abs(tracked.median - 3)).toBeLessThan(0.15);
    expect(tracked.per55).toBeCloseTo((tracked.mean * 55) / 64, 9);
    expect(tracked.interval[0]).toBeLessThanOrEqual(tracked.mean);
    expect(tracked.count + tracked.lost).toBe(still!.count);
  });

  it('counts lost pupils, and gives NaN where none is found', () => {
    const grey = plain(COUNT, 128, SIDE);
    const lost = pupilShift(synthetic, grey);
    expect(lost).toMatchObject({ count: 0, kept: 0, mean: Number.NaN });
    expect(lost.fromTruth).toBeUndefined();
    expect(lost.tracked).toMatchObject({ count: 0, mean: Number.NaN });
    expect(lost.tracked.lost).toBeGreaterThan(10);
    expect(pupilShift(grey, grey)).toMatchObject({ count: 0, kept: Number.NaN });
  });
});
