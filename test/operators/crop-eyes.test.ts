import { EMPTY, firstValueFrom, from, NEVER, of, Subject, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import type { CroppedFrame, Face, Frame, Point } from '../../src/frame.js';
import { apply, invert } from '../../src/geometry/affine.js';
import { cropEyes } from '../../src/operators/crop-eyes.js';
import { randomAt } from '../../src/random.js';
import { dotFrame, faceAt, findDot, smoothFrame } from './pictures.js';

const frame = smoothFrame(320, 240);

function cropped(faces: readonly Face[], of1: Frame = frame, options = {}): Promise<CroppedFrame> {
  return firstValueFrom(of({ frame: of1, faces }).pipe(cropEyes(options)));
}

function near(a: Point | undefined, b: Point, digits = 6) {
  expect(a?.[0]).toBeCloseTo(b[0], digits);
  expect(a?.[1]).toBeCloseTo(b[1], digits);
}

describe('cropEyes', () => {
  it('cuts 0.8 eye distances around each eye, 0.04 above the detected point', async () => {
    const { crops } = await cropped([faceAt(160, 120, 80)]);
    expect(crops.map((crop) => crop.kind)).toEqual(['right-eye', 'left-eye']);
    for (const [i, x] of [120, 200].entries()) {
      const crop = crops[i];
      expect(crop).toMatchObject({ width: 64, height: 64, time: 0, sequence: 0, source: 'test' });
      expect(crop?.data).toHaveLength(64 * 64 * 3);
      near(apply(crop?.toFrame ?? [0, 0, 0, 0, 0, 0], [32, 32]), [x, 120 - 0.04 * 80]);
      near(apply(crop?.toFrame ?? [0, 0, 0, 0, 0, 0], [0, 0]), [x - 32, 120 - 0.04 * 80 - 32]);
    }
  });

  it('uses the current span for each frame', async () => {
    const spans = [0.8, 1.2];
    const faces = [faceAt(160, 120, 80)];
    const seen = await firstValueFrom(
      from([frame, frame].map((each) => ({ frame: each, faces }))).pipe(
        cropEyes({ span: () => spans.shift() ?? 1.2 }),
        toArray(),
      ),
    );
    // The first answer is the one that is checked when the operator is made.
    for (const { crops } of seen) expect(crops[0]?.toFrame[0]).toBeCloseTo((1.2 * 80) / 64);
    const growing = [0.5, 0.7, 0.9];
    const grown = from([frame, frame].map((each) => ({ frame: each, faces }))).pipe(
      cropEyes({ span: () => growing.shift() ?? Number.NaN }),
      toArray(),
    );
    const [first, second] = await firstValueFrom(grown);
    expect(first?.crops[0]?.toFrame[0]).toBeCloseTo((0.7 * 80) / 64);
    expect(second?.crops[0]?.toFrame[0]).toBeCloseTo((0.9 * 80) / 64);
    const [right] = (await cropped(faces, frame, { span: 0.4 })).crops;
    expect(right?.toFrame[0]).toBeCloseTo((0.4 * 80) / 64);
  });

  it('rotates the crop with the head: up in the crop is away from the mouth', async () => {
    const roll = 0.5;
    const { crops } = await cropped([faceAt(160, 120, 80, roll)]);
    const [right] = crops;
    const toFrame = right?.toFrame ?? [0, 0, 0, 0, 0, 0];
    const centre = apply(toFrame, [32, 32]);
    const up = 0.04 * 80;
    near(centre, [160 - 40 * Math.cos(roll) + up * Math.sin(roll), 120 - 40 * Math.sin(roll) - up * Math.cos(roll)]);
    near(apply(toFrame, [64, 32]), [centre[0] + 32 * Math.cos(roll), centre[1] + 32 * Math.sin(roll)]);
  });

  it('shows in the crop the pixels of its map, and converts the labels', async () => {
    const pupil: Point = [118, 117];
    const picture = {
      ...dotFrame(320, 240, pupil),
      labels: { pupils: [pupil, [201, 118] as const], gaze: [0.2, 0] as const },
    };
    const { crops } = await cropped([faceAt(160, 120, 80, 0.3)], picture);
    const [right, left] = crops;
    expect(right?.labels?.pupils).toHaveLength(1);
    expect(left?.labels?.pupils).toHaveLength(1);
    const there = right?.labels?.pupils?.[0] ?? [0, 0];
    near(there, apply(invert(right?.toFrame ?? [0, 0, 0, 0, 0, 0]) ?? [0, 0, 0, 0, 0, 0], pupil));
    near(findDot(right ?? picture), there, 0);
    const [pitch, yaw] = right?.labels?.gaze ?? [0, 0];
    expect(Math.hypot(pitch, yaw)).toBeCloseTo(0.2, 3);
    expect(yaw).toBeGreaterThan(0.05);
  });

  it('makes crops of other shapes with the same scale along both axes', async () => {
    const { crops } = await cropped([faceAt(160, 120, 80)], frame, { width: 55, height: 35 });
    expect(crops[0]).toMatchObject({ width: 55, height: 35 });
    expect(crops[0]?.toFrame[0]).toBeCloseTo((0.8 * 80) / 55);
    expect(crops[0]?.toFrame[4]).toBeCloseTo((0.8 * 80) / 55);
  });

  it('emits the frame with no crops without a face and with a small or invalid one, and leaves out an eye that is outside', async () => {
    expect(await cropped([])).toEqual({ frame, crops: [] });
    expect((await cropped([faceAt(160, 120, 43.9)])).crops).toEqual([]);
    expect((await cropped([faceAt(160, 120, 44)])).crops).toHaveLength(2);
    expect((await cropped([faceAt(160, 120, 30)], frame, { minEyeDistance: 20 })).crops).toHaveLength(2);
    expect((await cropped([faceAt(Number.NaN, 120, 80)])).crops).toEqual([]);
    expect((await cropped([faceAt(30, 120, 80)])).crops.map((crop) => crop.kind)).toEqual(['left-eye']);
  });

  it('follows the face nearest to the last one', async () => {
    const [mine, other] = [faceAt(90, 120, 60), faceAt(230, 120, 60)];
    const frames = [[mine], [other, mine], [other, mine], [other]].map((faces, i) => ({
      frame: { ...frame, time: i * 33, sequence: i },
      faces,
    }));
    const results = await firstValueFrom(from(frames).pipe(cropEyes(), toArray()));
    const middles = results.map(({ crops }) => apply(crops[0]?.toFrame ?? [0, 0, 0, 0, 0, 0], [32, 32])[0] + 30);
    for (const [i, x] of [90, 90, 90, 230].entries()) expect(middles[i]).toBeCloseTo(x);
    const single = await firstValueFrom(from(frames).pipe(cropEyes({ smooth: false }), toArray()));
    expect(apply(single[1]?.crops[0]?.toFrame ?? [0, 0, 0, 0, 0, 0], [32, 32])[0] + 30).toBeCloseTo(230);
  });

  it('starts the smoothing again after a second without a face', async () => {
    const at = (time: number, x: number) => ({ frame: { ...frame, time }, faces: [faceAt(x, 120, 60)] });
    const [, kept] = await firstValueFrom(from([at(0, 120), at(100, 130)]).pipe(cropEyes(), toArray()));
    const [, fresh] = await firstValueFrom(from([at(0, 120), at(1100, 130)]).pipe(cropEyes(), toArray()));
    expect(apply(kept?.crops[0]?.toFrame ?? [0, 0, 0, 0, 0, 0], [32, 32])[0] + 30).toBeLessThan(129);
    expect(apply(fresh?.crops[0]?.toFrame ?? [0, 0, 0, 0, 0, 0], [32, 32])[0] + 30).toBeCloseTo(130);
  });

  it('smooths a noisy detector, and keeps the rotation when roll passes half a turn', async () => {
    const random = randomAt(5, 'jitter');
    const jittered = Array.from({ length: 90 }, (_, i) => ({
      frame: { ...frame, time: i * 33 },
      faces: [
        faceAt(160 + random.normal(0, 1), 120 + random.normal(0, 1), 80, i % 2 ? Math.PI - 0.01 : 0.01 - Math.PI),
      ],
    }));
    const jumps = async (options: object) => {
      const results = await firstValueFrom(from(jittered).pipe(cropEyes(options), toArray()));
      const centres = results.map(({ crops }) => apply(crops[0]?.toFrame ?? [0, 0, 0, 0, 0, 0], [32, 32]));
      return Math.max(
        ...centres
          .slice(20)
          .map(([x, y], i) => Math.hypot(x - (centres[i + 19]?.[0] ?? 0), y - (centres[i + 19]?.[1] ?? 0))),
      );
    };
    expect(await jumps({})).toBeLessThan(2);
    expect(await jumps({ smooth: false })).toBeGreaterThan(2);
  });

  it('completes and errors with its source, and follows a separate face in each subscription', async () => {
    const events: string[] = [];
    const observer = {
      next: () => events.push('next'),
      error: () => events.push('error'),
      complete: () => events.push('complete'),
    };
    EMPTY.pipe(cropEyes()).subscribe(observer);
    throwError(() => new Error('x'))
      .pipe(cropEyes())
      .subscribe(observer);
    NEVER.pipe(cropEyes()).subscribe(observer).unsubscribe();
    expect(events).toEqual(['complete', 'error']);
    const source = new Subject<{ frame: Frame; faces: Face[] }>();
    const subscription = source.pipe(cropEyes()).subscribe();
    expect(source.observed).toBe(true);
    subscription.unsubscribe();
    expect(source.observed).toBe(false);
    const shared = cropEyes();
    const first = await firstValueFrom(of({ frame, faces: [faceAt(100, 120, 60)] }).pipe(shared));
    const second = await firstValueFrom(
      of({ frame: { ...frame, time: 33 }, faces: [faceAt(110, 120, 60)] }).pipe(shared),
    );
    expect((second.crops[0]?.toFrame[2] ?? 0) - (first.crops[0]?.toFrame[2] ?? 0)).toBeCloseTo(10);
  });

  it.each([{ width: 0 }, { height: 2.5 }, { span: 0.1 }, { span: 3 }, { minEyeDistance: Number.NaN }])(
    'refuses %o',
    (options) => {
      expect(() => cropEyes(options)).toThrow(IrisflowError);
      expect(() => cropEyes(options)).toThrow(Object.keys(options)[0]);
    },
  );
});
