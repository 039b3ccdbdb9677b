/** Curves for shapes and shading. */

/** Smoothstep: 0 at `from`, 1 at `to`, constant beyond both. */
export function smooth(from: number, to: number, value: number): number {
  const t = (value - from) / (to - from);
  return t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t);
}

/** A cheap approximation of exp(−square), from 1 at 0 to exactly 0 at 4. */
export function bell(square: number): number {
  if (square >= 4) return 0;
  const t = 1 - 0.25 * square;
  const t2 = t * t;
  return t2 * t2;
}

/** A cheap approximation of exp(−value) for values from 0; exactly 0 from 4 on. */
export function fade(value: number): number {
  if (value <= 0) return 1;
  if (value >= 4) return 0;
  const t = 1 - 0.25 * value;
  const t2 = t * t;
  return t2 * t2;
}

/** √square with a smooth transition to 0 for negative squares: the height of a sphere with a flat surrounding. */
export function dome(square: number): number {
  return Math.sqrt(0.5 * (square + Math.sqrt(square * square + 900)));
}
