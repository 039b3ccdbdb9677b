import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { History } from '../../../src/models/training/history.js';
import { randomAt } from '../../../src/random.js';

const BYTES = 5;

/** Pictures that carry their number in every byte but the last, which tells their place within. */
function numbered(numbers: readonly number[]): Uint8Array {
  return Uint8Array.from(numbers.flatMap((n) => [...new Array(BYTES - 1).fill(n), 255 - n]));
}

function numbersIn(pictures: Uint8Array): number[] {
  return Array.from({ length: pictures.length / BYTES }, (_, i) => {
    const picture = pictures.subarray(i * BYTES, (i + 1) * BYTES);
    expect([...picture]).toEqual([...numbered([picture[0]!])]);
    return picture[0]!;
  });
}

function held(history: History): number[] {
  return numbersIn(history.contents().pictures);
}

describe('History', () => {
  it('keeps whole pictures, fills up first, then replaces distinct old slots with every new picture', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 8 }),
        (seed, capacity, sizes) => {
          const history = new History(capacity, BYTES);
          let next = 0;
          for (const [step, size] of sizes.entries()) {
            const before = held(history);
            const fresh = Array.from({ length: size }, () => next++);
            history.put(numbered(fresh), randomAt(seed, step));
            const after = held(history);
            const taken = Math.min(size, capacity);
            expect(history.count).toBe(Math.min(capacity, before.length + size));
            // All that fits came in, once each, and nothing else appeared or was doubled.
            const arrived = after.filter((n) => fresh.includes(n));
            expect(arrived.length).toBeGreaterThanOrEqual(
              Math.min(taken, capacity - before.length + Math.min(size, before.length)),
            );
            expect(new Set(after).size).toBe(after.length);
            expect(after.every((n) => fresh.includes(n) || before.includes(n))).toBe(true);
            // What was not replaced stands where it stood.
            for (const [slot, n] of before.entries()) if (after.includes(n)) expect(after[slot]).toBe(n);
          }
        },
      ),
    );
  });

  it('draws distinct pictures that it holds, in the number asked for or all there are', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 0, max: 12 }),
        (seed, count, limit) => {
          const history = new History(12, BYTES);
          history.put(numbered(Array.from({ length: count }, (_, i) => i)), randomAt(seed, 'put'));
          const target = new Uint8Array(12 * BYTES).fill(99);
          const found = history.draw(limit, randomAt(seed, 'draw'), target);
          expect(found).toBe(Math.min(limit, count));
          const drawn = numbersIn(target.subarray(0, found * BYTES));
          expect(new Set(drawn).size).toBe(found);
          expect(drawn.every((n) => n < count)).toBe(true);
          expect(target.subarray(found * BYTES).every((byte) => byte === 99)).toBe(true);
        },
      ),
    );
  });

  it('draws and replaces every slot equally often', () => {
    const drawn = new Array(8).fill(0);
    const replaced = new Array(8).fill(0);
    const target = new Uint8Array(2 * BYTES);
    for (let seed = 0; seed < 1_600; seed++) {
      const history = new History(8, BYTES);
      history.put(numbered([0, 1, 2, 3, 4, 5, 6, 7]), randomAt(seed, 'fill'));
      history.draw(2, randomAt(seed, 'draw'), target);
      for (const n of numbersIn(target)) drawn[n]++;
      history.put(numbered([100, 101]), randomAt(seed, 'put'));
      for (const [slot, n] of [...history.contents().pictures].filter((_, i) => i % BYTES === 0).entries())
        if (n >= 100) replaced[slot]++;
    }
    for (const count of [...drawn, ...replaced]) expect(Math.abs(count - 400)).toBeLessThan(85);
  });

  it('keeps only what fits when more arrives than it can hold', () => {
    const history = new History(2, BYTES);
    history.put(numbered([1, 2, 3]), randomAt(1));
    expect(held(history)).toEqual([1, 2]);
    history.put(numbered([4, 5, 6]), randomAt(1));
    expect(held(history).toSorted()).toEqual([4, 5]);
  });

  it('is empty at first, and may hold nothing at all', () => {
    const history = new History(0, BYTES);
    history.put(numbered([1]), randomAt(1));
    expect(history.count).toBe(0);
    expect(history.draw(3, randomAt(1), new Uint8Array(15))).toBe(0);
  });

  it('comes back from its contents, which are a copy', () => {
    const history = new History(4, BYTES);
    history.put(numbered([1, 2, 3]), randomAt(1));
    const contents = history.contents();
    history.put(numbered([4, 5]), randomAt(2));
    const other = new History(4, BYTES);
    other.restore(contents);
    expect(held(other)).toEqual([1, 2, 3]);
  });

  it('refuses contents and pictures that do not fit', () => {
    const history = new History(2, BYTES);
    expect(() => history.put(new Uint8Array(BYTES + 1), randomAt(1))).toThrow(RangeError);
    for (const contents of [
      { pictures: numbered([1, 2, 3]), count: 3 },
      { pictures: numbered([1]), count: 2 },
      { pictures: new Uint8Array(0), count: -1 },
      { pictures: numbered([1]), count: 1.5 },
    ]) {
      expect(() => history.restore(contents)).toThrow(expect.objectContaining({ code: 'CHECKPOINT' }));
    }
  });
});
