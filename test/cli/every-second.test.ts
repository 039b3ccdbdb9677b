import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { everySecond } from '../../src/cli/every-second.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('everySecond', () => {
  it('is due at once, then once a second, and whenever due is set', () => {
    const [tell, other] = [everySecond(), everySecond()];
    const printed: number[] = [];
    for (let i = 0; i < 30; i++) {
      if (tell(i === 13)) printed.push(i);
      vi.advanceTimersByTime(100);
    }
    expect(printed).toEqual([0, 10, 13, 23]);
    expect(other()).toBe(true);
  });
});
