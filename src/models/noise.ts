/** The noise that generators make pictures of. */
import { randomAt } from '../random.js';

/** Standard normal noise of the picture with this number: `size` numbers, a pure function of seed and number. */
export function noiseAt(seed: number, number: number, size: number): Float32Array {
  const random = randomAt(seed, 'noise', number);
  return Float32Array.from({ length: size }, () => random.normal());
}

/** Nearly one direction: the arc cannot be told from the line between them. */
const NARROW = 1e-4;

/**
 * The noise at part `t`, 0 to 1, of the way from `a` to `b` along the arc between them (spherical linear interpolation: White,
 * "Sampling Generative Networks", 2016). On the straight line the middle would be shorter than noise ever is.
 */
export function noiseBetween(a: Float32Array, b: Float32Array, t: number): Float32Array {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  const angle = Math.acos(Math.max(-1, Math.min(1, cosine)));
  const sine = Math.sin(angle);
  // Opposite directions have no one arc between them either, and NaN is not above anything.
  const [from, to] = sine > NARROW ? [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine] : [1 - t, t];
  return a.map((value, i) => from * value + to * b[i]!);
}
