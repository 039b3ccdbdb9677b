/** Test pictures for measures: rendered eyes, and such eyes seen by a simulated camera. */
import type { Pictures } from '../../src/measures/pictures.js';
import { randomAt } from '../../src/random.js';
import { eyeAt } from '../../src/renderer/eye-at.js';
import { renderEye } from '../../src/renderer/render-eye.js';

/** `count` eyes of different people, from the `first` on. */
export function eyes(count: number, first = 0, side = 32): Pictures {
  const data = new Uint8Array(count * side * side * 3);
  for (let i = 0; i < count; i++) {
    data.set(renderEye(eyeAt(3, first + i, { step: 2, period: 1 }), side, side).data, i * side * side * 3);
  }
  return { data, count, width: side, height: side };
}

/** Warm light, a flat tone curve and sensor noise. */
export function photographed(pictures: Pictures, noise = 6): Pictures {
  const random = randomAt(1, 'camera');
  const data = pictures.data.map((byte, i) => {
    const gain = [1.1, 1, 0.8][i % 3] as number;
    return Math.max(0, Math.min(255, Math.round(30 + 0.75 * gain * byte + random.normal(0, noise))));
  });
  return { ...pictures, data };
}

/** Pictures of one colour. */
export function plain(count: number, value: number, side = 32): Pictures {
  return { data: new Uint8Array(count * side * side * 3).fill(value), count, width: side, height: side };
}
