import { firstValueFrom, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import type { Affine, Crop, Frame, RefinedFrame } from '../../src/frame.js';
import { fromRotationScale, invert } from '../../src/geometry/affine.js';
import { cutCrop } from '../../src/geometry/cut.js';
import { pasteBack } from '../../src/operators/paste-back.js';
import { noiseFrame, smoothFrame } from './pictures.js';

function refined(frame: Frame, crops: Crop[], change: (value: number, at: number) => number): RefinedFrame {
  return { frame, crops, refinedCrops: crops.map((crop) => ({ ...crop, data: crop.data.map(change) })), version: 3 };
}

const pasted = (value: RefinedFrame, options = {}) => firstValueFrom(of(value).pipe(pasteBack(options)));

const red = ({ data, width }: Frame, x: number, y: number) => data[(y * width + x) * 3] ?? Number.NaN;

describe('pasteBack', () => {
  it.each([0.4, 1, 1.3, 3])('changes nothing where the refiner changed nothing, at scale %d', async (scale) => {
    const frame = noiseFrame(160, 120);
    const crops = [
      cutCrop(frame, 'right-eye', fromRotationScale(0.3, scale, [16, 16], [50, 60]), 32, 32),
      cutCrop(frame, 'left-eye', fromRotationScale(0.3, scale, [16, 16], [158, 2]), 32, 32),
    ];
    const out = await pasted(refined(frame, crops, (value) => value));
    expect(Buffer.compare(out.data, frame.data)).toBe(0);
    expect(out).toMatchObject({ version: 3, refined: true });
  });

  it('shows the refined crop at its position: the same crop of the result equals it', async () => {
    const frame = smoothFrame(200, 150);
    for (const [angle, scale] of [
      [0, 1],
      [0.4, 1],
      [-0.2, 1.8],
      [0.1, 0.7],
    ] as const) {
      const toFrame = fromRotationScale(angle, scale, [32, 32], [90, 70]);
      const crop = cutCrop(frame, 'left-eye', toFrame, 64, 64);
      const wave = (value: number, at: number) => 0.8 * value + 20 + 15 * Math.sin(Math.floor(at / 192) / 6);
      const value = refined(frame, [crop], wave);
      const again = cutCrop(await pasted(value, { feather: 0 }), 'left-eye', toFrame, 64, 64);
      let worst = 0;
      for (let y = 4; y < 60; y++) {
        for (let x = 4; x < 60; x++) {
          const at = (y * 64 + x) * 3;
          worst = Math.max(worst, Math.abs((again.data[at] ?? 0) - (value.refinedCrops[0]?.data[at] ?? 0)));
        }
      }
      expect(worst).toBeLessThanOrEqual(3);
    }
  });

  it('fades toward the edge and changes nothing outside of the crop', async () => {
    const grey: Frame = { ...smoothFrame(100, 100), data: new Uint8Array(30_000).fill(100) };
    const crop = cutCrop(grey, 'left-eye', [1, 0, 20, 0, 1, 30], 40, 40);
    const out = await pasted(
      refined(grey, [crop], () => 200),
      { feather: 0.25 },
    );
    const line = Array.from({ length: 100 }, (_, x) => red(out, x, 50));
    expect(line.slice(0, 20).every((value) => value === 100)).toBe(true);
    expect(line.slice(60).every((value) => value === 100)).toBe(true);
    expect(line.slice(30, 50).every((value) => value === 200)).toBe(true);
    for (let x = 20; x < 30; x++) expect(line[x]).toBeGreaterThanOrEqual(line[x - 1] ?? 0);
    expect(line[20]).toBeLessThan(105);
    expect(line[24]).toBeGreaterThan(130);
    expect(line[24]).toBeLessThan(170);
    expect(grey.data.every((value) => value === 100)).toBe(true);
    const hard = await pasted(
      refined(grey, [crop], () => 200),
      { feather: 0 },
    );
    expect([red(hard, 19, 50), red(hard, 20, 50), red(hard, 59, 50), red(hard, 60, 50)]).toEqual([100, 200, 200, 100]);
  });

  it('clamps to a byte, and to the frame', async () => {
    const bright: Frame = { ...smoothFrame(50, 40), data: new Uint8Array(6000).fill(240) };
    const crop = cutCrop(bright, 'face', fromRotationScale(0.5, 1.5, [20, 20], [48, 2]), 40, 40);
    const out = await pasted({ ...refined(bright, [{ ...crop, data: crop.data.map(() => 0) }], () => 255) });
    expect(red(out, 48, 2)).toBe(255);
    const dark = await pasted({ ...refined(bright, [{ ...crop, data: crop.data.map(() => 255) }], () => 0) });
    expect(red(dark, 48, 2)).toBe(0);
    expect(out.data).toHaveLength(6000);
  });

  it('passes on a frame without refined crops without a copy', async () => {
    const frame = noiseFrame(20, 20, 1, { labels: { name: 'x' } });
    const crop = cutCrop(frame, 'left-eye', [1, 0, 0, 0, 1, 0], 8, 8);
    const out = await pasted({ frame, crops: [crop], refinedCrops: [], version: 6, passedThrough: 'why' });
    expect(out.data).toBe(frame.data);
    expect(out).toMatchObject({ version: 6, refined: false, labels: { name: 'x' } });
  });

  it('uses the refined picture where the crop is the whole frame, and does not feather a resized whole frame', async () => {
    const frame = noiseFrame(16, 16);
    const crop: Crop = { ...frame, kind: 'whole', toFrame: [1, 0, 0, 0, 1, 0] };
    const value = refined(frame, [crop], (byte) => 255 - byte);
    expect((await pasted(value)).data).toBe(value.refinedCrops[0]?.data);
    const grey: Frame = { ...frame, data: new Uint8Array(768).fill(50) };
    const toFrame: Affine = [2, 0, 0, 0, 2, 0];
    const out = await pasted(refined(grey, [cutCrop(grey, 'whole', toFrame, 8, 8)], () => 80));
    expect(out.data.every((byte) => byte === 80)).toBe(true);
  });

  it('averages a crop that is much finer than the frame', async () => {
    const grey: Frame = { ...smoothFrame(40, 40), data: new Uint8Array(4800).fill(100) };
    const crop = cutCrop(grey, 'face', fromRotationScale(0, 0.25, [40, 40], [20, 20]), 80, 80);
    const out = await pasted(refined(grey, [crop], (value, at) => value + (Math.floor(at / 3) % 2 ? 40 : 0)));
    expect(red(out, 20, 20)).toBeGreaterThan(112);
    expect(red(out, 20, 20)).toBeLessThan(128);
  });

  it('leaves out a crop whose map cannot be inverted, and refuses wrong options', async () => {
    const frame = noiseFrame(16, 16);
    const crop: Crop = { ...noiseFrame(8, 8), kind: 'face', toFrame: [0, 0, 3, 0, 0, 3] };
    expect(invert(crop.toFrame)).toBeUndefined();
    expect((await pasted(refined(frame, [crop], () => 9))).data).toEqual(frame.data);
    expect(() => pasteBack({ feather: 0.6 })).toThrow(IrisflowError);
  });
});
