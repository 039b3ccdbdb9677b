/** Measures how far refinement moves pupils from their true centres. */
import { setImmediate } from 'node:timers/promises';
import { MIN_CONFIDENCE, PAPER_WIDTH } from '../../measures/pupil-shift.js';
import { findPupil } from '../../vision/pupil/pupil.js';
import type { LabelledPictures } from './domains.js';
import { median } from './statistics.js';
import type { PupilShift } from './types.js';

/**
 * The distance of the found centre in each refined picture from the true one, after subtraction of the finder's mean offset on the raw
 * pictures (it finds the darkest place of the iris, not the pupil's image through the cornea). Only pictures count in which the pupil
 * is found with confidence before and after refinement.
 */
export async function pupilShiftOf(
  raw: LabelledPictures,
  refined: Uint8Array,
  signal?: AbortSignal,
): Promise<PupilShift> {
  const { count, width, height, pupils } = raw;
  const bytes = width * height * 3;
  const found: { raw: [number, number]; refined: [number, number] }[] = [];
  for (let i = 0; i < count; i++) {
    if (i % 16 === 0) await setImmediate();
    signal?.throwIfAborted();
    const offset = (pictures: Uint8Array): [number, number] | undefined => {
      const pupil = findPupil(pictures.subarray(i * bytes, (i + 1) * bytes), width, height);
      if (!pupil || pupil.confidence < MIN_CONFIDENCE) return undefined;
      return [pupil.x - (pupils[2 * i] as number), pupil.y - (pupils[2 * i + 1] as number)];
    };
    const [before, after] = [offset(raw.data), offset(refined)];
    if (before && after) found.push({ raw: before, refined: after });
  }
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const bias = [mean(found.map(({ raw: [x] }) => x)), mean(found.map(({ raw: [, y] }) => y))] as const;
  const distance = ([x, y]: readonly [number, number]) => (Math.hypot(x - bias[0], y - bias[1]) * PAPER_WIDTH) / width;
  const shifts = found.map((pair) => distance(pair.refined));
  return {
    mean: mean(shifts),
    deviation: Math.sqrt(mean(shifts.map((shift) => (shift - mean(shifts)) ** 2))),
    median: median(shifts),
    floor: mean(found.map((pair) => distance(pair.raw))),
    count: found.length,
  };
}
