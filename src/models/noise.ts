/** The noise from which generators make pictures. */
import { randomAt } from '../random.js';

/** The noise of the picture with this number: `size` standard normal values, which depend only on seed and number. */
export function noiseAt(seed: number, number: number, size: number): Float32Array {
  const random = randomAt(seed, 'noise', number);
  return Float32Array.from({ length: size }, () => random.normal());
}

/** Below this sine of the angle between two vectors, the arc between them equals the straight line in single precision. */
const SMALLEST_SINE = 1e-4;

/**
 * Interpolates between two noise vectors along the arc between them: `a` at `t` = 0, `b` at `t` = 1 (spherical linear interpolation; White,
 * "Sampling Generative Networks", 2016). Linear interpolation would give vectors that are shorter than noise is.
 */
export function noiseBetween(a: Float32Array, b: Float32Array, t: number): Float32Array {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  const angle = Math.acos(Math.max(-1, Math.min(1, cosine)));
  const sine = Math.sin(angle);
  // Opposite directions have no unique arc either. A comparison with NaN is false, so NaN also falls back to the line.
  const [from, to] = sine > SMALLEST_SINE ? [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine] : [1 - t, t];
  return a.map((value, i) => from * value + to * b[i]!);
}
