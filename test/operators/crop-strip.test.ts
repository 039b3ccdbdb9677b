import { firstValueFrom, from, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Crop, CroppedFrame } from '../../src/frame.js';
import { IDENTITY } from '../../src/geometry/affine.js';
import { cropStrip } from '../../src/operators/crop-strip.js';
import { noiseFrame } from './pictures.js';

const crop = (width: number, height: number, seed: number): Crop => ({
  ...noiseFrame(width, height, seed),
  kind: 'whole',
  toFrame: IDENTITY,
});
const frame = noiseFrame(8, 8, 1, { sequence: 5, time: 9 });

describe('cropStrip', () => {
  it('puts crops side by side', async () => {
    const crops = [crop(3, 2, 1), crop(2, 4, 2)];
    const strip = await firstValueFrom(of({ frame, crops }).pipe(cropStrip()));
    expect(strip).toMatchObject({ width: 5, height: 4, sequence: 5, time: 9, source: 'test', refined: false });
    expect(strip.version).toBeUndefined();
    for (let y = 0; y < 4; y++) {
      const row = [...strip.data.subarray(y * 15, (y + 1) * 15)];
      const left = y < 2 ? [...(crops[0]?.data.subarray(y * 9, (y + 1) * 9) ?? [])] : new Array(9).fill(0);
      expect(row).toEqual([...left, ...(crops[1]?.data.subarray(y * 6, (y + 1) * 6) ?? [])]);
    }
  });

  it('shows refined crops where they exist, else raw ones, and emits nothing for frames without crops', async () => {
    const [raw, refined] = [crop(2, 2, 1), crop(2, 2, 2)];
    const frames: CroppedFrame[] = [
      { frame, crops: [raw], refinedCrops: [refined], version: 4 } as CroppedFrame,
      { frame, crops: [], refinedCrops: [], version: 4 } as CroppedFrame,
      { frame, crops: [raw], refinedCrops: [], version: 4, passedThrough: 'x' } as CroppedFrame,
    ];
    const strips = await firstValueFrom(from(frames).pipe(cropStrip(), toArray()));
    expect(strips.map((strip) => [strip.refined, strip.version])).toEqual([
      [true, 4],
      [false, 4],
    ]);
    expect(strips.map(({ data }) => data)).toEqual([refined.data, raw.data]);
  });
});
