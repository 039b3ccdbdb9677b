import { describe, expect, it } from 'vitest';
import { blocksOf, type Interval, meanInterval, meanOf, shareInterval } from '../../src/measures/interval.js';
import { randomAt } from '../../src/random.js';

const width = ([low, high]: Interval) => high - low;

function normal(count: number, seed: number): number[] {
  const random = randomAt(seed, 'values');
  return Array.from({ length: count }, () => random.normal(3, 2));
}

describe('blocksOf', () => {
  it('covers the series once, in order, by nearly equal parts', () => {
    const blocks = blocksOf(103, 40);
    expect(blocks).toHaveLength(40);
    expect(blocks.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i))).toEqual(
      Array.from({ length: 103 }, (_, i) => i),
    );
    expect(new Set(blocks.map(([from, to]) => to - from))).toEqual(new Set([2, 3]));
    expect(blocksOf(3, 40)).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    expect(blocksOf(0, 40)).toEqual([]);
  });
});

describe('meanInterval', () => {
  it('covers the true mean about 95 % of the time', () => {
    const covering = Array.from({ length: 40 }, (_, i) => meanInterval(normal(50, i))).filter(
      ([low, high]) => low <= 3 && high >= 3,
    ).length;
    expect(covering).toBeGreaterThanOrEqual(35);
    expect(covering).toBeLessThan(40);
  });

  it('counts runs of equal neighbouring values once', () => {
    const values = normal(40, 1);
    const copied = values.flatMap((value) => Array.from({ length: 10 }, () => value));
    expect(width(meanInterval(copied))).toBeCloseTo(width(meanInterval(values)), 6);
  });

  it('has width 0 for constants, and is NaN without values', () => {
    expect(meanInterval([2, 2, 2])).toEqual([2, 2]);
    expect(meanInterval([])).toEqual([Number.NaN, Number.NaN]);
  });
});

describe('shareInterval', () => {
  it('is wide for few, narrow for many, and never certain', () => {
    const all = (count: number) => [new Array(count).fill(1), new Array(count).fill(1)];
    const [few, many] = [shareInterval(all(10)), shareInterval(all(500))];
    expect(few[1]).toBe(1);
    expect(few[0]).toBeLessThan(0.9);
    expect(few[0]).toBeGreaterThan(0.7);
    expect(many[0]).toBeGreaterThan(0.98);
    expect(many[0]).toBeLessThan(1);
  });

  it('weights groups equally for all sizes, and contains their mean', () => {
    const random = randomAt(4, 'shares');
    const groups = [400, 30].map((count, i) =>
      Array.from({ length: count }, () => Number(random.uniform() < [0.9, 0.5][i]!)),
    );
    const mean = meanOf(groups.map(meanOf));
    const [low, high] = shareInterval(groups);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
    expect(Math.abs(mean - 0.7)).toBeLessThan(0.1);
    expect(high - low).toBeGreaterThan(0.1);
  });
});
