import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eyeAt } from '../../../src/renderer/eye-at.js';
import { renderEye } from '../../../src/renderer/render-eye.js';
import { findPupil } from '../../../src/vision/pupil/pupil.js';

interface DrawnEye {
  readonly width?: number;
  readonly height?: number;
  /** Of the pupil, from the picture's centre, in 64ths of its width. */
  readonly x?: number;
  readonly y?: number;
  readonly gain?: number;
  readonly offset?: number;
}

/** 1 inside, 0 outside, smooth across one pixel. */
const soft = (distance: number) => Math.max(0, Math.min(1, 0.5 - distance));

/** A flat cartoon of an eye: skin, a lens-shaped opening, iris and pupil. */
function draw({ width = 64, height = width, x = 0, y = 0, gain = 1, offset = 0 }: DrawnEye = {}): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  const unit = width / 64;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [u, v] = [column + 0.5 - width / 2, row + 0.5 - height / 2];
      const opening = soft(Math.hypot(u / 2, Math.sign(v) * (Math.abs(v) + 2 * unit)) - 9.5 * unit);
      const away = Math.hypot(u - x * unit, v - y * unit);
      const ball = [235, 240, 245].map((white, c) => {
        const iris = soft(away - 7.4 * unit);
        const pupil = soft(away - 2.5 * unit);
        return (white * (1 - iris) + ([80, 55, 35][c] as number) * iris) * (1 - pupil) + 15 * pupil;
      });
      for (let c = 0; c < 3; c++) {
        const value = ([200, 150, 125][c] as number) * (1 - opening) + (ball[c] as number) * opening;
        data[(row * width + column) * 3 + c] = Math.max(0, Math.min(255, Math.round(value * gain + offset)));
      }
    }
  }
  return data;
}

/** How far from the truth the pupil of a drawn eye is found, in 64ths of the width. */
function error(eye: DrawnEye): number {
  const { width = 64, height = width, x = 0, y = 0 } = eye;
  const pupil = findPupil(draw(eye), width, height);
  if (!pupil) return Number.POSITIVE_INFINITY;
  const unit = width / 64;
  return Math.hypot((pupil.x - width / 2) / unit - x, (pupil.y - height / 2) / unit - y);
}

describe('findPupil', () => {
  it('finds a drawn pupil to a fraction of a pixel, wherever it looks', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -8, max: 8, noNaN: true }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        (x, y) => error({ x, y }) < 0.5,
      ),
      { seed: 3, numRuns: 60 },
    );
  });

  it.each([0.2, 0.5, 1, 3])('measures a shift by %f pixels', (shift) => {
    const [before, after] = [0, shift].map((x) => findPupil(draw({ x }), 64, 64)?.x ?? Number.NaN);
    expect(Math.abs((after as number) - (before as number) - shift)).toBeLessThan(0.15);
  });

  it.each([
    { width: 36 },
    { width: 48, height: 32 },
    { width: 55, height: 35 },
    { width: 128, height: 96 },
    { gain: 0.3 },
    { gain: 0.5, offset: 100 },
  ])('does not mind size and exposure: %o', (eye) => expect(error({ x: 5, y: -1, ...eye })).toBeLessThan(0.6));

  it('is confident for a clear eye', () => expect(findPupil(draw(), 64, 64)?.confidence).toBeGreaterThan(0.6));

  it('finds nothing in a flat picture or a closed eye', () => {
    expect(findPupil(new Uint8Array(64 * 64 * 3).fill(120), 64, 64)).toBeUndefined();
    const closed = new Uint8Array(64 * 64 * 3).fill(180);
    for (let x = 14; x < 50; x++)
      closed.fill(
        60,
        ((32 + Math.round(((x - 32) / 12) ** 2)) * 64 + x) * 3,
        ((32 + Math.round(((x - 32) / 12) ** 2)) * 64 + x + 1) * 3,
      );
    expect(findPupil(closed, 64, 64)).toBeUndefined();
  });

  it('agrees with the labels of rendered eyes', () => {
    const errors: number[] = [];
    const count = 40;
    for (let i = 0; i < count; i++) {
      const parameters = eyeAt(5, i, { fps: 1, period: 1, blinkRate: 0 });
      const { data, labels } = renderEye(parameters, 64, 64);
      const pupil = findPupil(data, 64, 64);
      const [x, y] = labels.pupils[0] as readonly [number, number];
      if (pupil && pupil.confidence >= 0.45) errors.push(Math.hypot(pupil.x - x, pupil.y - y));
    }
    errors.sort((a, b) => a - b);
    expect(errors.length).toBeGreaterThan(0.85 * count);
    expect(errors[Math.floor(errors.length / 2)]).toBeLessThan(0.5);
    expect(errors[Math.floor(errors.length * 0.9)]).toBeLessThan(1.4);
  });

  it('distinguishes rendered closed eyes from open ones', () => {
    let open = 0;
    let closed = 0;
    for (let i = 0; i < 24; i++) {
      const parameters = eyeAt(8, i, { fps: 1, period: 1, blinkRate: 0 });
      const sure = (openness: number) =>
        (findPupil(renderEye({ ...parameters, openness }, 64, 64).data, 64, 64)?.confidence ?? 0) >= 0.45;
      open += Number(sure(1));
      closed += Number(sure(0));
    }
    expect(open).toBeGreaterThan(19);
    expect(closed).toBeLessThan(3);
  });

  it('takes any bytes of the right number', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16 * 20 * 3, maxLength: 16 * 20 * 3 }), (bytes) => {
        const pupil = findPupil(bytes, 20, 16);
        if (!pupil) return;
        for (const value of [pupil.x, pupil.y, pupil.confidence]) expect(Number.isFinite(value)).toBe(true);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('refuses a wrong number of bytes and pictures that are too small', () => {
    for (const [length, width, height] of [
      [10, 64, 64],
      [15 * 16 * 3, 15, 16],
      [0, 0, 0],
      [0, Number.NaN, 16],
    ] as const) {
      expect(() => findPupil(new Uint8Array(length), width, height)).toThrow(/findPupil got/);
    }
  });
});
