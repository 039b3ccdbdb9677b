import type * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { asymmetry, multiScaleDistance, variation } from '../../../src/models/losses/frontal.js';
import { run, tensorOf } from '../run.js';

type Pictures = (x: number, y: number) => number;

/** Two pictures of 8 × 8 grey pixels. */
function pictures(first: Pictures, second = first) {
  const one = (f: Pictures) =>
    Array.from({ length: 64 }, (_, i) => i).flatMap((i) => Array(3).fill(f(i % 8, Math.floor(i / 8))));
  return tensorOf([2, 8, 8, 3], [...one(first), ...one(second)]);
}

async function of(
  loss: (...given: tf.Tensor4D[]) => tf.Tensor,
  ...given: ReturnType<typeof pictures>[]
): Promise<number> {
  const inputs = Object.fromEntries(given.map((value, i) => [`p${i}`, value]));
  const { loss: found } = await run((named) => {
    return { loss: loss(...given.map((_, i) => named[`p${i}`] as tf.Tensor4D)) };
  }, inputs);
  return found?.[0] as number;
}

const grey: Pictures = () => 0.25;

describe('losses of frontal views', () => {
  it('sees a shift of brightness at every scale, and fine checks at the finest alone', async () => {
    expect(
      await of(
        multiScaleDistance,
        pictures(() => 0.5),
        pictures(grey),
      ),
    ).toBeCloseTo(0.25 * 3.5, 5);
    const checks: Pictures = (x, y) => 0.25 + ((x + y) % 2 ? 0.5 : -0.5);
    expect(await of(multiScaleDistance, pictures(checks), pictures(grey))).toBeCloseTo(0.5, 5);
    expect(await of(multiScaleDistance, pictures(checks), pictures(checks))).toBe(0);
  });

  it('finds what is not symmetric', async () => {
    expect(
      await of(
        asymmetry,
        pictures((x, y) => Math.abs(x - 3.5) / 8 + y / 16),
      ),
    ).toBeCloseTo(0, 6);
    // One column of eight is 0.8 away from its mirror image, which is one column more.
    expect(
      await of(
        asymmetry,
        pictures((x) => (x === 1 ? 0.8 : 0)),
      ),
    ).toBeCloseTo(0.2, 5);
  });

  it('adds the differences of neighbours', async () => {
    expect(await of(variation, pictures(grey))).toBe(0);
    expect(
      await of(
        variation,
        pictures((x, y) => 0.1 * x - 0.05 * y),
      ),
    ).toBeCloseTo(0.15, 5);
  });
});
