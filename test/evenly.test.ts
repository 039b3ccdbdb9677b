import { describe, expect, it } from 'vitest';
import { evenIndices, evenly } from '../src/evenly.js';

describe('evenly', () => {
  it('takes the first, the last, and others evenly', () => {
    const all = Array.from({ length: 200 }, (_, i) => i);
    expect(evenly(all, 5, 'ends')).toEqual([0, 50, 100, 149, 199]);
    expect(evenly(all, 200, 'ends')).toEqual(all);
    expect(evenly([], 10, 'ends')).toEqual([]);
    expect(evenly(all, 1, 'ends')).toEqual([0]);
  });

  it('takes the starts or the middles of equal parts', () => {
    expect(evenIndices(10, 5)).toEqual([0, 2, 4, 6, 8]);
    expect(evenIndices(10, 5, 'middles')).toEqual([1, 3, 5, 7, 9]);
    expect(evenIndices(10, 3)).toEqual([0, 3, 6]);
    expect(evenIndices(3, 5, 'middles')).toEqual([0, 1, 2]);
  });
});
