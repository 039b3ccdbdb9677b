import { firstValueFrom, from, lastValueFrom, map, mergeMap, of, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { augmentFrame } from '../../../src/data/augmentation.js';
import { faceMap, gazeMap, gazePoint, PAIRS } from '../../../src/data/pairs/index.js';
import type { Frame, FrameLabels } from '../../../src/frame.js';
import { toPairs } from '../../../src/operators/index.js';
import { labelFaces } from '../../../src/operators/label-faces.js';
import { wholeFrames } from '../../../src/operators/whole-frames.js';
import { randomAt } from '../../../src/random.js';
import { fromRenderer } from '../../../src/streams/from-renderer.js';
import { faceAt, findDot, noiseFrame, smoothFrame } from '../../operators/pictures.js';

const eye = (labels: FrameLabels) => noiseFrame(64, 48, 1, { labels });

describe('gaze-map', () => {
  it('is a grey spot, white at the point that the eye looks at', () => {
    const frame = eye({ gaze: [0.1, 0.3], pupils: [[40, 24]] });
    const [x, y] = gazePoint(frame) ?? [0, 0];
    // To the picture's left and up, by half its width times the tangent.
    expect(x).toBeCloseTo(40 - 32 * Math.tan(0.3), 9);
    expect(y).toBeCloseTo(24 - (32 * Math.tan(0.1)) / Math.cos(0.3), 9);
    const spot = gazeMap(frame) ?? new Uint8Array();
    const found = findDot({ ...frame, data: spot });
    expect(found[0]).toBeCloseTo(x, 0);
    expect(found[1]).toBeCloseTo(y, 0);
    expect(Math.max(...spot)).toBeGreaterThan(250);
    expect(spot[0]).toBe(0);
    expect(spot.every((value, i) => value === spot[i - (i % 3)])).toBe(true);
  });

  it('is at the pupil of an eye that looks into the camera, and never outside of the picture', () => {
    expect(gazePoint(eye({ gaze: [0, 0], pupils: [[40, 24]] }))).toEqual([40, 24]);
    expect(gazePoint(eye({ gaze: [-1.2, 1.4], pupils: [[3, 24]] }))).toEqual([0, 48]);
    expect(gazePoint(eye({ gaze: [0, Math.PI / 2], pupils: [[3, 24]] }))).toEqual([0, 24]);
  });

  it('is undefined for a picture without the labels gaze or pupils', () => {
    for (const labels of [undefined, {}, { gaze: [0, 0] }, { pupils: [[1, 1]] }, { gaze: [0, 0], pupils: [] }]) {
      expect(PAIRS['gaze-map'].make(noiseFrame(8, 8, 1, labels && { labels: labels as FrameLabels }))).toBeUndefined();
    }
  });
});

describe('face-box', () => {
  const box = { x: 10, y: 8, width: 20, height: 32 };
  it('is an ellipse in each box, half as bright at its outline', () => {
    const frame = eye({ faces: [box, { x: 48, y: 30, width: 10, height: 10 }] });
    const out = faceMap(frame) ?? new Uint8Array();
    const at = (x: number, y: number) => out[(y * 64 + x) * 3] as number;
    expect(at(20, 24)).toBe(255);
    expect(at(53, 35)).toBe(255);
    expect(at(11, 9)).toBe(0);
    expect(at(40, 4)).toBe(0);
    expect((at(9, 24) + at(10, 24)) / 2).toBeCloseTo(127.5, -1);
    expect((at(20, 7) + at(20, 8)) / 2).toBeCloseTo(127.5, -1);
  });

  it('is black without faces, and undefined without the label faces', () => {
    expect(faceMap(eye({ faces: [] }))?.every((value) => value === 0)).toBe(true);
    expect(PAIRS['face-box'].make(eye({}))).toBeUndefined();
  });

  it('shows a detected face in the crop', async () => {
    const frame = smoothFrame(128, 96, { labels: { name: 'somebody' } });
    const crops = of({ frame, faces: [faceAt(80, 48, 16)] }).pipe(
      labelFaces(),
      wholeFrames({ width: 64, height: 48 }),
      mergeMap(({ crops }) => from(crops)),
      toPairs('face-box'),
    );
    const { labels, target, data } = await firstValueFrom(crops);
    const { box } = faceAt(80, 48, 16);
    expect(labels).toEqual({
      name: 'somebody',
      faces: [expect.objectContaining({ x: box.x / 2, width: box.width / 2 })],
    });
    const [x, y] = findDot({ data: target ?? data, width: 64, height: 48 });
    expect(x).toBeCloseTo((box.x + box.width / 2) / 2, 0);
    expect(y).toBeCloseTo((box.y + box.height / 2) / 2, 0);
  });
});

describe('given', () => {
  it('uses the target of the picture', async () => {
    const [turned] = await lastValueFrom(
      fromRenderer({ fps: 0, width: 16, height: 16, front: true }).pipe(take(1), toPairs('given'), toArray()),
    );
    expect(turned?.target).toHaveLength(16 * 16 * 3);
    expect(PAIRS.given.make(noiseFrame(8, 8))).toBeUndefined();
  });

  it('is cropped, resized and augmented like its picture', async () => {
    const frame: Frame = { ...smoothFrame(96, 64), target: smoothFrame(96, 64).data };
    const whole = await firstValueFrom(
      of(frame).pipe(
        wholeFrames({ width: 96, height: 64 }),
        map(({ crops }) => crops[0]),
      ),
    );
    expect(whole?.target).toBe(frame.target);
    const resized = await firstValueFrom(
      of(frame).pipe(
        wholeFrames({ width: 32, height: 32 }),
        map(({ crops }) => crops[0]),
      ),
    );
    expect(resized?.target).toHaveLength(32 * 32 * 3);
    expect(resized?.target).toEqual(resized?.data);
    const varied = augmentFrame(frame, {}, randomAt(4));
    expect(varied.target).toEqual(varied.data);
    expect(varied.target).not.toEqual(frame.target);
  });
});
