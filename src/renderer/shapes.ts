/** The few curves that shapes and shading are made of. */

/** 0 at `from`, 1 at `to`, level past both, smooth between. */
export function smooth(from: number, to: number, value: number): number {
  const t = (value - from) / (to - from);
  return t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t);
}

/** About exp(−square), from 1 at 0 to exactly 0 at 4: a bell without the cost of an exponential. */
export function bell(square: number): number {
  if (square >= 4) return 0;
  const t = 1 - 0.25 * square;
  const t2 = t * t;
  return t2 * t2;
}

/** About exp(−value) for values from 0: falls to exactly 0 at 4. */
export function fade(value: number): number {
  if (value <= 0) return 1;
  if (value >= 4) return 0;
  const t = 1 - 0.25 * value;
  const t2 = t * t;
  return t2 * t2;
}

/** √square that goes smoothly to 0 where the square is negative: the height of a sphere that runs out level. */
export function dome(square: number): number {
  return Math.sqrt(0.5 * (square + Math.sqrt(square * square + 900)));
}
