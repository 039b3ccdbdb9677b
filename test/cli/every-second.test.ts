import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { everySecond } from '../../src/cli/every-second.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('everySecond', () => {
  it('tells at once, then once a second, and whatever is due in any case', () => {
    const [tell, other] = [everySecond(), everySecond()];
    const told: number[] = [];
    for (let i = 0; i < 30; i++) {
      if (tell(i === 13)) told.push(i);
      vi.advanceTimersByTime(100);
    }
    expect(told).toEqual([0, 10, 13, 23]);
    expect(other()).toBe(true);
  });
});
