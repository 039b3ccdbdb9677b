/** Smooth periodic noise for textures: a small random table with smooth interpolation. */
import { randomAt } from '../random.js';

const SIZE = 128;
const MASK = SIZE - 1;
const TILE = tile();
/** The noise repeats after this many units. */
export const NOISE_PERIOD = SIZE;

function tile(): Float32Array {
  const random = randomAt(0x6e6f6973, 'noise tile');
  return Float32Array.from({ length: SIZE * SIZE }, () => random.uniform(-1, 1));
}

/** Noise in [−1, 1] with details of one unit. */
export function noise(x: number, y: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const partX = x - column;
  const partY = y - row;
  const fx = partX * partX * (3 - 2 * partX);
  const fy = partY * partY * (3 - 2 * partY);
  const top = (row & MASK) * SIZE;
  const bottom = ((row + 1) & MASK) * SIZE;
  const left = column & MASK;
  const right = (column + 1) & MASK;
  const a = TILE[top + left] as number;
  const c = TILE[bottom + left] as number;
  const above = a + ((TILE[top + right] as number) - a) * fx;
  const below = c + ((TILE[bottom + right] as number) - c) * fx;
  return above + (below - above) * fy;
}

/** Fills `into` with the noise at every place (u, v), with details of `1 / scale`. */
export function noiseMap(
  into: Float32Array,
  u: Float32Array,
  v: Float32Array,
  scale: number,
  shiftU: number,
  shiftV: number,
): void {
  for (let i = 0; i < into.length; i++) {
    into[i] = noise((u[i] as number) * scale + shiftU, (v[i] as number) * scale + shiftV);
  }
}
