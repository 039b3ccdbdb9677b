/** A maximum between sampled values. */

/** Where a parabola through three neighbouring values has its top, from the middle one: −0.5 to 0.5. */
export function top(before: number, middle: number, after: number): number {
  const bend = before - 2 * middle + after;
  return bend < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : 0;
}
