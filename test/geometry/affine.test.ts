import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Affine, Point } from '../../src/frame.js';
import {
  apply,
  compose,
  determinant,
  fromMatrix,
  fromRotationScale,
  IDENTITY,
  invert,
} from '../../src/geometry/affine.js';

const number = fc.double({ min: -100, max: 100, noNaN: true });
const point = fc.tuple(number, number);
const map = fc
  .tuple(number, number, number, number, number, number)
  .filter((m) => Math.abs(determinant(m)) > 1e-2) as fc.Arbitrary<Affine>;

function near(a: Point | undefined, b: Point, digits = 5) {
  expect(a?.[0]).toBeCloseTo(b[0], digits);
  expect(a?.[1]).toBeCloseTo(b[1], digits);
}

describe('affine maps', () => {
  it('compose applies the second map after the first', () => {
    fc.assert(fc.property(map, map, point, (f, g, p) => near(apply(compose(f, g), p), apply(f, apply(g, p)))));
  });

  it('invert gives the inverse map', () => {
    fc.assert(fc.property(map, point, (f, p) => near(apply(invert(f) ?? IDENTITY, apply(f, p)), p, 4)));
  });

  it('has no inverse for a singular or non-finite map', () => {
    expect(invert([1, 2, 0, 2, 4, 0])).toBeUndefined();
    expect(invert([0, 0, 0, 0, 0, 0])).toBeUndefined();
    expect(invert([1, 0, Number.NaN, 0, 1, 0])).toBeUndefined();
    expect(invert([Number.POSITIVE_INFINITY, 0, 0, 0, 1, 0])).toBeUndefined();
    expect(invert([1e-200, 0, 0, 0, 1e-200, 0])).toBeUndefined();
  });

  it('rotates clockwise on a screen, scales, and maps its fixed point', () => {
    const quarter = fromRotationScale(Math.PI / 2, 2, [10, 10], [50, 60]);
    near(apply(quarter, [10, 10]), [50, 60]);
    near(apply(quarter, [11, 10]), [50, 62]);
    near(apply(quarter, [10, 11]), [48, 60]);
    near(apply(fromMatrix(1, 0.1, 0, 1, [10, 10], [10, 10]), [10, 20]), [11, 20]);
  });
});
