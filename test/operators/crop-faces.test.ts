import { firstValueFrom, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import type { Face } from '../../src/frame.js';
import { apply } from '../../src/geometry/affine.js';
import { cropFaces } from '../../src/operators/crop-faces.js';
import { faceAt, smoothFrame } from './pictures.js';

const frame = smoothFrame(320, 240);
const crops = async (faces: Face[], options = {}) =>
  (await firstValueFrom(of({ frame, faces }).pipe(cropFaces(options)))).crops;

describe('cropFaces', () => {
  it('cuts 1.25 widths of the box around its centre, rotated to the level of the eyes', async () => {
    const roll = -0.4;
    const [crop, none] = await crops([faceAt(160, 120, 60, roll)], { width: 32 });
    expect(none).toBeUndefined();
    expect(crop).toMatchObject({ kind: 'face', width: 32, height: 32 });
    const toFrame = crop?.toFrame ?? [0, 0, 0, 0, 0, 0];
    const [x, y] = apply(toFrame, [16, 16]);
    expect([x, y]).toEqual([expect.closeTo(160), expect.closeTo(120 + 0.2 * 60)]);
    const [rightX, rightY] = apply(toFrame, [32, 16]);
    expect(Math.hypot(rightX - x, rightY - y)).toBeCloseTo((1.25 * 120) / 2);
    expect(Math.atan2(rightY - y, rightX - x)).toBeCloseTo(roll);
  });

  it('does not crop small faces, faces outside, and invalid ones', async () => {
    expect(await crops([])).toEqual([]);
    expect(await crops([faceAt(160, 120, 31)])).toEqual([]);
    expect(await crops([faceAt(160, 120, 31)], { minFace: 60 })).toHaveLength(1);
    expect(await crops([faceAt(-50, 120, 60)])).toEqual([]);
    expect(await crops([faceAt(Number.NaN, 120, 60)])).toEqual([]);
  });

  it('refuses wrong options', () => {
    expect(() => cropFaces({ scale: 0 })).toThrow(IrisflowError);
    expect(() => cropFaces({ minFace: 0 })).toThrow('minFace');
  });
});
