/** Noise for networks that paint with it: cheap, and a pure function of a random stream. */
import { type Random, randomAt } from '../random.js';

/** Values in the bank: a picture takes a stretch of it that begins anywhere. */
const BANK = 2 ** 18;

/** By length. */
const banks = new Map<number, Float32Array>();

/**
 * Standard normal noise for `count` pictures of `size` pixels each. Each picture is a stretch, at a random place, of a bank of at
 * least 2¹⁸ values that is drawn once: thousands of times cheaper than drawing every value, and no two frames look alike.
 */
export function grainOf(random: Random, count: number, size: number): Float32Array {
  const bank = bankOf(Math.max(BANK, 4 * size));
  const noise = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    const start = random.integer(bank.length - size);
    noise.set(bank.subarray(start, start + size), i * size);
  }
  return noise;
}

function bankOf(length: number): Float32Array {
  const known = banks.get(length);
  if (known) return known;
  const random = randomAt(0, 'grain', length);
  const bank = Float32Array.from({ length }, () => random.normal());
  banks.set(length, bank);
  return bank;
}
