import { describe, expect, it } from 'vitest';
import { randomAt } from '../../../src/random.js';
import { eyeAt } from '../../../src/renderer/eye-at.js';
import type { EyeParameters } from '../../../src/renderer/parameters.js';
import { renderEye } from '../../../src/renderer/render-eye.js';
import { findPupil, type Pupil, trackPupil } from '../../../src/vision/pupil/pupil.js';

const SIDE = 64;
const BYTES = SIDE * SIDE * 3;
type Picture = Uint8Array;
type Shift = readonly [dx: number, dy: number];

const eyes = Array.from({ length: 20 }, (_, i) => {
  const parameters = eyeAt(5, i, { fps: 1, period: 1, blinkRate: 0 });
  const { data, labels } = renderEye(parameters, SIDE, SIDE);
  return { parameters, data, truth: labels.pupils[0]!, pupil: findPupil(data, SIDE, SIDE)! };
}).filter(({ pupil }) => pupil?.confidence >= 0.45);

const inside = (at: number) => Math.max(0, Math.min(SIDE - 1, at));

/** Every pixel from what `value` says of a channel there. */
function mapped(value: (x: number, y: number, channel: number) => number): Picture {
  const data = new Uint8ClampedArray(BYTES);
  for (let i = 0; i < BYTES; i++) data[i] = value(Math.floor(i / 3) % SIDE, Math.floor(i / 3 / SIDE), i % 3);
  return new Uint8Array(data.buffer);
}

/** Keys' cubic, which leaves a picture nearly as sharp as it is. */
function cubic(distance: number): number {
  const t = Math.abs(distance);
  if (t < 1) return 1.5 * t ** 3 - 2.5 * t ** 2 + 1;
  return t < 2 ? -0.5 * t ** 3 + 2.5 * t ** 2 - 4 * t + 2 : 0;
}

/** A separable filter of the pixels around; the border repeats. */
function filtered(data: Picture, reach: number, weight: (x: number) => number, [dx, dy]: Shift): Picture {
  const line = (from: Picture, shift: number, step: Shift) =>
    mapped((x, y, channel) => {
      let [sum, total] = [0, 0];
      const start = Math.floor(-shift);
      for (let k = start - reach; k <= start + reach + 1; k++) {
        const at = inside(y + step[1] * k) * SIDE + inside(x + step[0] * k);
        sum += weight(k + shift) * from[3 * at + channel]!;
        total += weight(k + shift);
      }
      return sum / total;
    });
  return line(line(data, dx, [1, 0]), dy, [0, 1]);
}

const moved = (data: Picture, shift: Shift) => filtered(data, 1, cubic, shift);
const blurred = (data: Picture) => filtered(data, 3, (x) => Math.exp(-(x ** 2) / 2), [0, 0]);
const curved = (curve: (value: number) => number) => (data: Picture) => data.map((value) => Math.round(curve(value)));
/** What is bright loses most of its contrast, as a highlight that turns grey. */
const dimmed = curved((value) => (value < 110 ? value : 110 + 0.28 * (value - 110)));

const track = (pupil: Pupil, from: Picture, to: Picture) => trackPupil(pupil, from, to, SIDE, SIDE);

/** Sorted distances between tracked and true displacements; infinite where nothing was tracked. */
function errors(pairs: readonly { pupil: Pupil; data: Picture; to: Picture; shift: Shift }[]): number[] {
  return pairs
    .map(({ pupil, data, to, shift: [dx, dy] }) => {
      const found = track(pupil, data, to);
      return found ? Math.hypot(found.x - pupil.x - dx, found.y - pupil.y - dy) : Number.POSITIVE_INFINITY;
    })
    .sort((a, b) => a - b);
}
const quantile = (sorted: readonly number[], at: number) => sorted[Math.floor(at * sorted.length)]!;

const shifts: readonly Shift[] = [
  [0, 0],
  [0.25, 0.5],
  [-1.5, 0.3],
  [1.4, -0.7],
  [-3.7, 2.2],
];
const shifted = eyes.map((eye, i) => {
  const shift = shifts[i % shifts.length]!;
  return { ...eye, shift, to: moved(eye.data, shift) };
});

/** A cartoon's eye: a large iris with a soft edge and a white highlight upper left of its centre. */
const cartoon = (highlight: number) =>
  mapped((x, y) => {
    const away = Math.hypot(x - 31.5, y - 31.5);
    const opening = Math.hypot((x - 31.5) / 2, y - 31.5) < 12;
    if (Math.hypot(x - 27, y - 28) < 4.5) return highlight;
    if (opening && away < 11) return away < 4 ? 20 : 60 + 8 * Math.max(0, away - 8);
    return opening ? 235 : 170;
  });

describe('trackPupil', () => {
  it.each<[string, (data: Picture) => Picture]>([
    ['as they are', (data) => data],
    ['blurred', blurred],
    ['with gamma 0.6', curved((value) => 255 * (value / 255) ** 0.6)],
    ['with gamma 2', curved((value) => 255 * (value / 255) ** 2)],
    ['with half the contrast', curved((value) => 64 + 0.5 * value)],
    ['with highlights dimmed', dimmed],
    ['with highlights dimmed, blurred', (data) => blurred(dimmed(data))],
  ])('measures by how much pictures moved, %s', (_, change) => {
    const pairs = shifted.map((eye) => ({ ...eye, to: change(eye.to) }));
    const sorted = errors(pairs);
    expect(quantile(sorted, 0.5)).toBeLessThan(0.15);
    expect(quantile(sorted, 0.9)).toBeLessThan(0.5);
  });

  it('follows an iris that turns between still lids', () => {
    const turned = ({ parameters: { gaze, ...rest } }: { parameters: EyeParameters }, degrees: number) =>
      renderEye(
        { ...rest, gaze: [gaze[0], gaze[1] + ((gaze[1] > 0 ? -1 : 1) * (degrees * Math.PI)) / 180] },
        SIDE,
        SIDE,
      );
    const ways: number[] = [];
    const pairs = eyes.map((eye) => {
      const { data: to, labels } = turned(eye, 6);
      const [x, y] = labels.pupils[0]!;
      const shift: Shift = [x - eye.truth[0], y - eye.truth[1]];
      const found = track(eye.pupil, eye.data, to);
      if (found) ways.push((found.x - eye.pupil.x) / shift[0]);
      return { ...eye, to, shift };
    });
    expect(quantile(errors(pairs), 0.5)).toBeLessThan(0.5);
    expect(ways.length).toBe(eyes.length);
    ways.sort((a, b) => a - b);
    expect(quantile(ways, 0.5)).toBeGreaterThan(0.75);
  });

  it('is hardly affected by a large highlight that becomes grey and blurred', () => {
    const [before, after] = [cartoon(255), blurred(cartoon(150))];
    const pupil = findPupil(before, SIDE, SIDE)!;
    const found = track(pupil, before, after)!;
    expect(Math.hypot(found.x - pupil.x, found.y - pupil.y)).toBeLessThan(0.25);
  });

  it('is confident for equal pictures', () => {
    const { pupil, data } = eyes[0]!;
    const found = track(pupil, data, data)!;
    expect(found.confidence).toBeGreaterThan(0.99);
    expect(Math.hypot(found.x - pupil.x, found.y - pupil.y)).toBeLessThan(0.15);
  });

  it('finds no eye that is painted over, closed, or out of range', () => {
    const random = randomAt(1, 'noise');
    const lost = (to: (eye: (typeof eyes)[number]) => Picture) =>
      eyes.filter((eye) => !track(eye.pupil, eye.data, to(eye))).length / eyes.length;
    expect(lost(() => new Uint8Array(BYTES).fill(120))).toBe(1);
    expect(lost(() => mapped((x) => 90 + x))).toBe(1);
    expect(lost(() => mapped(() => 120 + random.normal(0, 6)))).toBe(1);
    expect(lost(({ parameters }) => renderEye({ ...parameters, openness: 0 }, SIDE, SIDE).data)).toBe(1);
    expect(lost(({ data }) => moved(data, [9, 0]))).toBeGreaterThan(0.9);
  });

  it('refuses a wrong number of bytes', () => {
    const { pupil, data } = eyes[0]!;
    expect(() => track(pupil, data, data.subarray(3))).toThrow(/trackPupil got 12285 bytes/);
    expect(() => track(pupil, data.subarray(3), data)).toThrow(/trackPupil got/);
  });
});
