import { EMPTY, firstValueFrom, from, NEVER, of, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { CropPool } from '../../src/data/crop-pool.js';
import { IrisflowError } from '../../src/errors.js';
import type { CroppedFrame, Frame, Point } from '../../src/frame.js';
import { apply, IDENTITY } from '../../src/geometry/affine.js';
import { cutCrop } from '../../src/geometry/cut.js';
import { type CropRegionOptions, cropRegion, type Region } from '../../src/operators/crop-region.js';
import { pasteBack } from '../../src/operators/paste-back.js';
import { dotFrame, faceAt, findDot, smoothFrame } from './pictures.js';

const frame = smoothFrame(320, 240);

function cropped(regions: Region | readonly Region[] | undefined, options?: CropRegionOptions, of1: Frame = frame) {
  return firstValueFrom(of(of1).pipe(cropRegion(() => regions, options)));
}

function near(a: Point, b: Point) {
  expect(a[0]).toBeCloseTo(b[0]);
  expect(a[1]).toBeCloseTo(b[1]);
}

const mapOf = ({ crops }: CroppedFrame, i = 0) => crops[i]?.toFrame ?? IDENTITY;

describe('cropRegion', () => {
  it('cuts a rectangle around its centre, with square pixels where no height is given', async () => {
    const square = await cropped({ centre: [100, 80], width: 96 }, { width: 48, height: 32 });
    expect(square.crops[0]).toMatchObject({
      width: 48,
      height: 32,
      kind: 'region',
      time: 0,
      sequence: 0,
      source: 'test',
    });
    expect(square.crops[0]?.data).toHaveLength(48 * 32 * 3);
    near(apply(mapOf(square), [0, 0]), [52, 48]);
    near(apply(mapOf(square), [48, 32]), [148, 112]);
    const stretched = await cropped({ centre: [100, 80], width: 96, height: 20 }, { width: 48, height: 32 });
    near(apply(mapOf(stretched), [0, 0]), [52, 70]);
    near(apply(mapOf(stretched), [48, 32]), [148, 90]);
  });

  it('scales first and then rotates by the roll', async () => {
    const turned = await cropped({ centre: [100, 80], width: 64, height: 32, roll: Math.PI / 2 });
    near(apply(mapOf(turned), [64, 32]), [100, 112]);
    near(apply(mapOf(turned), [32, 64]), [84, 80]);
  });

  it('shows the content of the region, and converts labels', async () => {
    const { crops } = await cropped({ centre: [90, 70], width: 32, roll: 0.5 }, {}, dotFrame(160, 120, [94, 66]));
    const pupil = crops[0]?.labels?.pupils?.[0] ?? [Number.NaN, Number.NaN];
    const dot = findDot(crops[0] as Frame);
    expect(Math.hypot(dot[0] - pupil[0], dot[1] - pupil[1])).toBeLessThan(0.2);
    near(apply(crops[0]?.toFrame ?? IDENTITY, pupil), [94, 66]);
  });

  it('passes detected faces to the function', async () => {
    const faces = [faceAt(160, 120, 60, 0.2)];
    const mouth = cropRegion<{ frame: Frame; faces: typeof faces }>(({ faces: [face] }) =>
      face ? { kind: 'mouth', centre: face.mouth, width: 40 } : undefined,
    );
    const [one, none] = await firstValueFrom(
      from([
        { frame, faces },
        { frame, faces: [] },
      ]).pipe(mouth, toArray()),
    );
    expect(one?.crops.map((crop) => crop.kind)).toEqual(['mouth']);
    near(apply(one?.crops[0]?.toFrame ?? IDENTITY, [32, 32]), [160, 180]);
    expect(none).toEqual({ frame, crops: [] });
    expect(none?.frame).toBe(frame);
  });

  it('gives every crop of a frame its own kind, also where one lies outside', async () => {
    const hand = (x: number): Region => ({ kind: 'hand', centre: [x, 100], width: 40 });
    const { crops } = await cropped([hand(-5), hand(60), { centre: [50, 50], width: 9 }, hand(200)]);
    expect(crops.map((crop) => crop.kind)).toEqual(['hand-2', 'region', 'hand-3']);
  });

  it('is pasted at its position: the same crop of the result equals the refined one', async () => {
    const regions: Region[] = [
      { centre: [90, 70], width: 64 },
      { centre: [200, 140], width: 100, height: 60, roll: 0.4 },
    ];
    const { crops } = await cropped(regions);
    const refinedCrops = crops.map((crop) => ({
      ...crop,
      data: crop.data.map((value, at) => 0.8 * value + 20 + 15 * Math.sin(Math.floor(at / 192) / 6)),
    }));
    const pasted = await firstValueFrom(of({ frame, crops, refinedCrops, version: 1 }).pipe(pasteBack({ feather: 0 })));
    for (const [i, crop] of crops.entries()) {
      const again = cutCrop(pasted, crop.kind, crop.toFrame, 64, 64);
      let worst = 0;
      for (let y = 4; y < 60; y++) {
        for (let at = (y * 64 + 4) * 3; at < (y * 64 + 60) * 3; at++) {
          worst = Math.max(worst, Math.abs((again.data[at] ?? 0) - (refinedCrops[i]?.data[at] ?? 0)));
        }
      }
      expect(worst).toBeLessThanOrEqual(3);
    }
    const untouched = await firstValueFrom(of({ frame, crops, refinedCrops: crops, version: 1 }).pipe(pasteBack()));
    expect(Buffer.compare(untouched.data, frame.data)).toBe(0);
  });

  it('makes crops that training accepts', async () => {
    const pool = new CropPool(4, { seed: 1 });
    for (const crop of (await cropped([{ centre: [50, 50], width: 9 }])).crops) pool.add(crop);
    expect(pool.crops[0]).toMatchObject({ kind: 'region' });
  });

  it('completes and errors with its source, and with errors of the function', async () => {
    const events: string[] = [];
    const observer = {
      next: () => events.push('next'),
      error: (error: Error) => events.push(error.message),
      complete: () => events.push('complete'),
    };
    const nothing = cropRegion<Frame>(() => undefined);
    EMPTY.pipe(nothing).subscribe(observer);
    throwError(() => new Error('source'))
      .pipe(nothing)
      .subscribe(observer);
    NEVER.pipe(nothing).subscribe(observer).unsubscribe();
    of(frame)
      .pipe(
        cropRegion(() => {
          throw new Error('own');
        }),
      )
      .subscribe(observer);
    expect(events).toEqual(['complete', 'source', 'own']);
  });

  it.each([
    { centre: [50, 50], width: 0 },
    { centre: [50, 50], width: 9, height: -1 },
    { centre: [Number.NaN, 50], width: 9 },
    { centre: [50, 50], width: 9, roll: Number.POSITIVE_INFINITY },
  ] as const)('errors for a region that is none: %o', async (region) => {
    await expect(cropped(region)).rejects.toMatchObject({ code: 'USAGE', message: /no rectangle: centre/ });
  });

  it.each([{ width: 0 }, { height: 2.5 }])('refuses %o', (options) => {
    expect(() => cropRegion(() => undefined, options)).toThrow(IrisflowError);
    expect(() => cropRegion(() => undefined, options)).toThrow(Object.keys(options)[0]);
  });
});
