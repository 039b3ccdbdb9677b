import { describe, expect, it } from 'vitest';
import { CropPool } from '../../src/data/crop-pool.js';
import { IrisflowError } from '../../src/errors.js';
import type { Frame } from '../../src/frame.js';

const crop = (sequence: number, width = 2): Frame => ({
  data: new Uint8Array(width * 6),
  width,
  height: 2,
  time: 0,
  sequence,
  source: 'test',
});

function filled(count: number, capacity: number, seed = 0): CropPool {
  const pool = new CropPool(capacity, { seed });
  for (let i = 0; i < count; i++) pool.add(crop(i));
  return pool;
}

const numbers = (pool: CropPool) => pool.crops.map(({ sequence }) => sequence);

describe('CropPool', () => {
  it('keeps all crops in order until it is full, and never more than its capacity', () => {
    expect(numbers(filled(5, 8))).toEqual([0, 1, 2, 3, 4]);
    const pool = filled(1000, 8);
    expect([pool.size, pool.added, pool.capacity]).toEqual([8, 1000, 8]);
  });

  it('always holds the newest crop', () => {
    const pool = filled(8, 8);
    for (let i = 8; i < 200; i++) {
      pool.add(crop(i));
      expect(numbers(pool)).toContain(i);
      expect(new Set(numbers(pool)).size).toBe(8);
    }
  });

  it('has equal content for equal crops and seeds', () => {
    expect(numbers(filled(100, 8, 1))).toEqual(numbers(filled(100, 8, 1)));
    expect(numbers(filled(100, 8, 1))).not.toEqual(numbers(filled(100, 8, 2)));
  });

  it('replaces every crop equally often', () => {
    const pool = filled(4, 4, 9);
    const times = [0, 0, 0, 0];
    for (let i = 4; i < 4004; i++) {
      const before = numbers(pool);
      pool.add(crop(i));
      const place = numbers(pool).findIndex((n, at) => n !== before[at]);
      times[place] = (times[place] ?? 0) + 1;
    }
    for (const count of times) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  it('emits for each added crop, and refuses one of another size', () => {
    const pool = new CropPool(4);
    let emissions = 0;
    const subscription = pool.changed.subscribe(() => emissions++);
    pool.add(crop(0));
    expect(() => pool.add(crop(1, 3))).toThrow(IrisflowError);
    expect(() => pool.add(crop(1, 3))).toThrow('3×2');
    expect([emissions, pool.size, pool.added]).toEqual([1, 1, 1]);
    subscription.unsubscribe();
    expect(() => new CropPool(0)).toThrow('capacity');
  });
});
