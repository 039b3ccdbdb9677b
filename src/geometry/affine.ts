/** Affine maps between the pixels of two pictures. */
import type { Affine, Point } from '../frame.js';

export const IDENTITY: Affine = [1, 0, 0, 0, 1, 0];

/** The image of a point under `map`. */
export function apply(map: Affine, [x, y]: Point): Point {
  return [map[0] * x + map[1] * y + map[2], map[3] * x + map[4] * y + map[5]];
}

/** The map that applies `first`, then `second`. */
export function compose(second: Affine, first: Affine): Affine {
  const [a, b, c, d, e, f] = second;
  const [p, q, r, s, t, u] = first;
  return [a * p + b * s, a * q + b * t, a * r + b * u + c, d * p + e * s, d * q + e * t, d * r + e * u + f];
}

/** The factor by which the map scales areas; negative where it mirrors. */
export function determinant(map: Affine): number {
  return map[0] * map[4] - map[1] * map[3];
}

/** The inverse map, or `undefined` where the map is singular or not finite. */
export function invert(map: Affine): Affine | undefined {
  const [a, b, c, d, e, f] = map;
  const area = determinant(map);
  const inverse: Affine = [e / area, -b / area, (b * f - c * e) / area, -d / area, a / area, (c * d - a * f) / area];
  return inverse.every(Number.isFinite) && Number.isFinite(area) ? inverse : undefined;
}

/**
 * The map that rotates by `angle` radians (from x toward y: clockwise on a screen), scales by `scale`, and maps the point `from`
 * to the point `to`.
 */
export function fromRotationScale(angle: number, scale: number, from: Point, to: Point): Affine {
  const cos = scale * Math.cos(angle);
  const sin = scale * Math.sin(angle);
  return [cos, -sin, to[0] - cos * from[0] + sin * from[1], sin, cos, to[1] - sin * from[0] - cos * from[1]];
}

/** The map with the matrix `[[a, b], [d, e]]` that maps the point `from` to the point `to`. */
export function fromMatrix(a: number, b: number, d: number, e: number, from: Point, to: Point): Affine {
  return [a, b, to[0] - a * from[0] - b * from[1], d, e, to[1] - d * from[0] - e * from[1]];
}
