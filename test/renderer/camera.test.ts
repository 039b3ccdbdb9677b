import { describe, expect, it } from 'vitest';
import { randomAt } from '../../src/random.js';
import { type Camera, cameraAt, photograph } from '../../src/renderer/camera.js';

const SIDE = 32;
/** An ideal camera, which changes a picture only by JPEG compression at the best quality. */
const CLEAR: Camera = {
  blur: 0,
  exposure: 1,
  vignetting: 0,
  place: [0, 0],
  balance: [1, 1, 1],
  electrons: 1e12,
  readNoise: 0,
  contrast: 0,
  black: 0,
  saturation: 1,
  quality: 100,
};

const grey = (level: number) => new Uint8Array(SIDE * SIDE * 3).fill(level);
/** Black on the left, white on the right. */
const edge = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (Math.floor(i / 3) % SIDE < SIDE / 2 ? 30 : 220));
const shoot = (picture: Uint8Array, camera: Partial<Camera>) =>
  photograph(picture, SIDE, SIDE, { ...CLEAR, ...camera }, randomAt(1, 'test'));
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: ArrayLike<number>) =>
  Math.sqrt(mean(Array.from(values).map((value) => (value - mean(values)) ** 2)));
const channel = (picture: Uint8Array, c: number) => picture.filter((_, i) => i % 3 === c);

describe('photograph', () => {
  it('hardly changes a picture with an ideal camera', async () => {
    const photo = await shoot(edge, {});
    expect(photo).toHaveLength(edge.length);
    expect(Math.max(...photo.map((value, i) => Math.abs(value - (edge[i] as number))))).toBeLessThan(8);
  });

  it('is a pure function of its arguments', async () => {
    const camera = cameraAt(3, 5);
    expect(cameraAt(3, 5)).toEqual(camera);
    expect(cameraAt(3, 6)).not.toEqual(camera);
    const photo = await photograph(edge, SIDE, SIDE, camera, randomAt(1, 'a'));
    expect(await photograph(edge, SIDE, SIDE, camera, randomAt(1, 'a'))).toEqual(photo);
    expect(await photograph(edge, SIDE, SIDE, camera, randomAt(1, 'b'))).not.toEqual(photo);
  });

  it('blurs edges by the deviation given', async () => {
    const slope = async (blur: number) => {
      const row = channel(await shoot(edge, { blur }), 1).subarray(0, SIDE);
      return Math.max(...row.map((value, x) => (x > 0 ? Math.max(0, value - (row[x - 1] as number)) : 0)));
    };
    const [none, some, more] = [await slope(0), await slope(1), await slope(2)];
    expect(none).toBeGreaterThan(1.5 * some);
    expect(some).toBeGreaterThan(1.3 * more);
  });

  it('makes the dim side noisier in bytes, and more so with fewer electrons', async () => {
    const noise = async (level: number, electrons: number) =>
      deviation(channel(await shoot(grey(level), { electrons }), 1));
    expect(await noise(60, 500)).toBeGreaterThan(1.5 * (await noise(60, 5000)));
    expect(await noise(60, 500)).toBeGreaterThan(1.1 * (await noise(220, 500)));
    expect(await noise(128, 1e12)).toBeLessThan(0.5);
  });

  it('darkens toward the corners of the frame, in proportion to light', async () => {
    const centre = mean(await shoot(grey(128), { vignetting: 0.4 }));
    const corner = mean(await shoot(grey(128), { vignetting: 0.4, place: [0.7, 0.7] }));
    expect(centre).toBeGreaterThan(126);
    // sRGB 128 is 0.216 of white; 0.6 times that is 102.
    expect(corner).toBeGreaterThan(98);
    expect(corner).toBeLessThan(108);
  });

  it('applies colour cast, tone curve, black level and saturation', async () => {
    const warm = await shoot(grey(128), { balance: [1.2, 1, 0.8] });
    expect(mean(channel(warm, 0))).toBeGreaterThan(mean(channel(warm, 1)) + 5);
    expect(mean(channel(warm, 2))).toBeLessThan(mean(channel(warm, 1)) - 5);
    expect(mean(await shoot(grey(60), { contrast: 0.6 }))).toBeLessThan(55);
    expect(mean(await shoot(grey(200), { contrast: 0.6 }))).toBeGreaterThan(203);
    expect(Math.round(mean(await shoot(grey(0), { black: 0.1 })))).toBe(26);
    const red = Uint8Array.from(grey(0), (_, i) => (i % 3 === 0 ? 200 : 40));
    const pale = await shoot(red, { saturation: 0.5 });
    expect(mean(channel(pale, 0)) - mean(channel(pale, 1))).toBeCloseTo(80, -1);
  });

  it.each([0, 255])('keeps a picture of %i all over within bytes, without NaN', async (level) => {
    const photo = await photograph(grey(level), SIDE, SIDE, cameraAt(1, 2), randomAt(1, 'test'));
    expect(photo).toHaveLength(SIDE * SIDE * 3);
    expect(Math.abs(mean(photo) - level)).toBeLessThan(100);
  });
});

describe('cameraAt', () => {
  it('stays within realistic ranges', () => {
    for (let number = 0; number < 200; number++) {
      const { blur, exposure, electrons, readNoise, quality, balance, place } = cameraAt(9, number);
      expect(blur).toBeGreaterThanOrEqual(0.9);
      expect(blur).toBeLessThan(1.5);
      expect(exposure).toBeGreaterThan(0.25);
      expect(exposure).toBeLessThan(1.6);
      expect(electrons).toBeGreaterThanOrEqual(500);
      expect(electrons).toBeLessThan(2000);
      expect(readNoise).toBeGreaterThan(0);
      expect(quality).toBeGreaterThanOrEqual(50);
      expect(quality).toBeLessThanOrEqual(80);
      expect(Math.min(...balance)).toBeGreaterThan(0.5);
      expect(Math.hypot(...place)).toBeLessThan(1);
    }
  });
});
