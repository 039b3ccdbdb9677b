/** How far two pictures are apart. */

/** Mean |a − b| over all values, on the scale of the pictures; `b` has at least as many values as `a`. */
export function meanDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
