import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/index.js';
import { detailMatchLoss } from '../../../src/models/losses/detail-match.js';
import { randomAt } from '../../../src/random.js';
import { run, tensorOf } from '../run.js';

describe('detailMatchLoss', () => {
  const loss = async (refined: number[], real: number[], [height, width] = [8, 8]) => {
    const shape = [refined.length / (height! * width! * 3), height!, width!, 3];
    const inputs = { a: tensorOf(shape, refined), b: tensorOf(shape, real) };
    const { found } = await run(({ a, b }) => ({ found: detailMatchLoss(a as tf.Tensor4D, b as tf.Tensor4D) }), inputs);
    return found![0]!;
  };
  const random = randomAt(1, 'detail');
  /** Two pictures of 8×8. */
  const one = Array.from({ length: 2 * 8 * 8 * 3 }, () => random.uniform(-0.5, 0.5));
  /** A picture whose value at a place is `value(x, y)` in all channels. */
  const drawn = (value: (x: number, y: number) => number, width = 8, height = 8) =>
    Array.from({ length: width * height * 3 }, (_, i) => {
      const place = Math.floor(i / 3);
      return value(place % width, Math.floor(place / width));
    });

  it('is the squared logarithm of how much stronger all detail is', async () => {
    const stronger = one.map((value) => 2 * value);
    // Half of what was: (2 ln ½)², but for the constant that keeps the logarithm finite.
    expect(await loss(one, stronger)).toBeCloseTo((2 * Math.log(2)) ** 2, 1);
    expect(await loss(stronger, one)).toBeCloseTo((2 * Math.log(2)) ** 2, 1);
    expect(await loss(one, one)).toBe(0);
  });

  it('is a third where one octave of three differs', async () => {
    const fine = (x: number, y: number) => ((x + y) % 2 === 0 ? 1 : -1);
    const blocks = (size: number) => (x: number, y: number) => fine(Math.floor(x / size), Math.floor(y / size));
    const mixed = (strength: number) =>
      drawn((x, y) => strength * fine(x, y) + 0.1 * blocks(2)(x, y) + 0.1 * blocks(4)(x, y));
    // Energies of the finest octave: 0.04 and 0.01.
    const expected = Math.log((0.04 + 2e-5) / (0.01 + 2e-5)) ** 2 / 3;
    expect(await loss(mixed(0.2), mixed(0.1))).toBeCloseTo(expected, 3);
  });

  it('asks neither for the tones, nor for what the detail is, nor in which picture', async () => {
    const lighter = one.map((value) => value + 0.3);
    const negative = one.map((value) => -value);
    const swapped = [...one.slice(192), ...one.slice(0, 192)];
    for (const other of [lighter, negative, swapped]) expect(await loss(other, one)).toBeCloseTo(0, 6);
  });

  it('takes sides that do not halve evenly', async () => {
    const ramp = (strength: number) => drawn((x, y) => strength * Math.sin(x + 2 * y), 15, 11);
    expect(await loss(ramp(0.2), ramp(0.2), [11, 15])).toBe(0);
    expect(await loss(ramp(1.6), ramp(0.8), [11, 15])).toBeCloseTo((2 * Math.log(2)) ** 2, 1);
  });

  it('is finite for even pictures, and so is its gradient', async () => {
    const even = one.map(() => 0.5);
    expect(await loss(even, even)).toBe(0);
    const { slope } = await run(
      ({ a, b }) => ({ slope: tf.grad((x) => detailMatchLoss(x as tf.Tensor4D, b as tf.Tensor4D))(a as tf.Tensor) }),
      { a: tensorOf([2, 8, 8, 3], one), b: tensorOf([2, 8, 8, 3], even) },
    );
    expect([...slope!].every(Number.isFinite)).toBe(true);
    expect([...slope!].some((value) => value !== 0)).toBe(true);
  });

  it('finds no detail at all in a batch of even pictures, where sums of squares are all rounding', async () => {
    const engine = await openEngine('onnx', { threads: 1 });
    const shape = [16, 64, 64, 3];
    const program = await engine.compile(
      ({ a, b }) => ({ outputs: { found: detailMatchLoss(a as tf.Tensor4D, b as tf.Tensor4D) } }),
      { inputs: { a: { shape }, b: { shape } } },
    );
    const even = (value: number) => new Float32Array(16 * 64 * 64 * 3).fill(value);
    const { found } = await program.run({ a: even(0.9), b: even(-0.3) });
    expect(found![0]).toBe(0);
    await program.dispose();
    await engine.dispose();
  });
});
