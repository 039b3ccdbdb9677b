/** Interpolates the place of a maximum between samples. */

/** The vertex of the parabola through three neighbouring values, relative to the middle one: −0.5 to 0.5. */
export function vertexOffset(before: number, middle: number, after: number): number {
  const curvature = before - 2 * middle + after;
  return curvature < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * curvature))) : 0;
}
