/** Seeded random numbers as a pure function of (seed, keys), so that no generator state has to be saved or restored. */

/**
 * One stream of random numbers. Two streams made by `randomAt` from the same arguments give the same numbers; from
 * different arguments, independent ones.
 */
export interface Random {
  /** Uniform over [low, high) with a resolution of 32 bits. Default [0, 1). */
  uniform(low?: number, high?: number): number;
  /** Normally distributed. Default mean 0, standard deviation 1. */
  normal(mean?: number, deviation?: number): number;
  /** Uniform over the integers 0 … below − 1, without modulo bias. `below` must be 1 to 2³². */
  integer(below: number): number;
  /** `count` distinct integers of 0 … below − 1, in random order: sampling without replacement. O(count) time and memory. */
  sample(count: number, below: number): number[];
  /** A copy in random order, all orders equally likely. */
  shuffle<T>(values: readonly T[]): T[];
}

/**
 * The random stream of a place in the computation, for example `randomAt(config.seed, 'history', step)`: a run that resumes at
 * that step draws the same numbers as one that never stopped.
 *
 * The generator is counter-based: Threefry-2x32 with 20 rounds (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3",
 * SC 2011); each key is folded into the cipher's key by one encryption.
 *
 * @param seed an integer; 53 bits count
 * @param keys integers (53 bits count) and names: the purpose of the numbers, and the step
 */
export function randomAt(seed: number, ...keys: readonly (number | string)[]): Random {
  const key: Words = [0, 0];
  foldNumber(key, seed);
  for (const part of keys) {
    if (typeof part === 'number') foldNumber(key, part);
    else foldName(key, part);
  }
  return new Threefry(key[0], key[1]);
}

type Words = [number, number];

class Threefry implements Random {
  readonly #block: Words = [0, 0];
  #counter = 0;
  #spare: number | undefined;
  #spareNormal: number | undefined;

  constructor(
    private readonly key0: number,
    private readonly key1: number,
  ) {}

  #word(): number {
    if (this.#spare !== undefined) {
      const word = this.#spare;
      this.#spare = undefined;
      return word;
    }
    threefry(this.#counter % 2 ** 32, Math.floor(this.#counter / 2 ** 32), this.key0, this.key1, this.#block);
    this.#counter++;
    this.#spare = this.#block[1];
    return this.#block[0];
  }

  uniform(low = 0, high = 1): number {
    return low + (this.#word() / 2 ** 32) * (high - low);
  }

  normal(mean = 0, deviation = 1): number {
    if (this.#spareNormal !== undefined) {
      const value = this.#spareNormal;
      this.#spareNormal = undefined;
      return mean + deviation * value;
    }
    // Box–Muller; the radius uses numbers from (0, 1], where the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log((this.#word() + 1) / 2 ** 32));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return mean + deviation * radius * Math.cos(angle);
  }

  integer(below: number): number {
    if (!Number.isInteger(below) || below < 1 || below > 2 ** 32) {
      throw new RangeError(`integer(below): below must be an integer from 1 to 2^32, got ${below}`);
    }
    const limit = 2 ** 32 - (2 ** 32 % below);
    for (;;) {
      const word = this.#word();
      if (word < limit) return word % below;
    }
  }

  sample(count: number, below: number): number[] {
    if (!Number.isInteger(count) || count < 0 || count > below) {
      throw new RangeError(`sample(count, below): cannot take ${count} distinct integers below ${below}`);
    }
    // These are the first `count` steps of a Fisher–Yates shuffle that stores only the swapped places.
    const moved = new Map<number, number>();
    const taken: number[] = [];
    for (let i = 0; i < count; i++) {
      const j = i + this.integer(below - i);
      taken.push(moved.get(j) ?? j);
      moved.set(j, moved.get(i) ?? i);
    }
    return taken;
  }

  shuffle<T>(values: readonly T[]): T[] {
    return this.sample(values.length, values.length).map((i) => values[i] as T);
  }
}

function foldNumber(key: Words, value: number): void {
  if (!Number.isSafeInteger(value)) throw new RangeError(`a random seed or key must be a safe integer, got ${value}`);
  fold(key, value >>> 0, Math.floor(value / 2 ** 32) >>> 0);
}

function foldName(key: Words, name: string): void {
  // The length and a mark come first, so that no name folds like a number or like the start of a longer name.
  fold(key, name.length, 0x80000000);
  for (let i = 0; i < name.length; i++) fold(key, name.charCodeAt(i), 0x80000000);
}

function fold(key: Words, low: number, high: number): void {
  threefry(low, high, key[0], key[1], key);
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** One Threefry-2x32-20 encryption of the counter words under the key words, written to `out` as unsigned integers. */
export function threefry(counter0: number, counter1: number, key0: number, key1: number, out: Words): void {
  const schedule = [key0 | 0, key1 | 0, 0x1bd11bda ^ key0 ^ key1];
  let x0 = (counter0 + key0) | 0;
  let x1 = (counter1 + key1) | 0;
  for (let group = 0; group < 5; group++) {
    for (const bits of ROTATIONS[(group % 2) as 0 | 1]) {
      x0 = (x0 + x1) | 0;
      x1 = rotate(x1, bits) ^ x0;
    }
    x0 = (x0 + (schedule[(group + 1) % 3] as number)) | 0;
    x1 = (x1 + (schedule[(group + 2) % 3] as number) + group + 1) | 0;
  }
  out[0] = x0 >>> 0;
  out[1] = x1 >>> 0;
}
