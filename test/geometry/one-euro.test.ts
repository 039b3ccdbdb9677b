import { describe, expect, it } from 'vitest';
import { OneEuro } from '../../src/geometry/one-euro.js';
import { randomAt } from '../../src/random.js';

describe('OneEuro', () => {
  it('starts at the first measurement and stays on a constant one', () => {
    const filter = new OneEuro({ minCutoff: 3, beta: 0.1 });
    expect(filter.value).toBeUndefined();
    for (let i = 0; i < 10; i++) expect(filter.filter(5, i * 33)).toBe(5);
    expect(filter.value).toBe(5);
  });

  it('without speed is an exponential filter: (1 − e) of a step after the time constant', () => {
    const filter = new OneEuro({ minCutoff: 1 / (2 * Math.PI), beta: 0 });
    filter.filter(0, 0);
    let value = 0;
    for (let time = 1; time <= 1000; time++) value = filter.filter(1, time);
    expect(value).toBeCloseTo(1 - Math.exp(-1), 3);
  });

  it('smooths a resting noisy signal, and follows a moving one with less lag for larger beta', () => {
    const random = randomAt(4, 'noise');
    const steady = new OneEuro({ minCutoff: 1, beta: 0.01 });
    let worst = 0;
    for (let i = 0; i < 300; i++) {
      const value = steady.filter(random.normal(0, 1), i * 33);
      if (i > 30) worst = Math.max(worst, Math.abs(value));
    }
    expect(worst).toBeLessThan(1.2);
    const lag = (beta: number) => {
      const filter = new OneEuro({ minCutoff: 1, beta });
      let value = 0;
      for (let i = 0; i < 60; i++) value = filter.filter(i * 10, i * 33);
      return 590 - value;
    };
    expect(lag(0.1)).toBeLessThan(lag(0) / 3);
  });

  it('does not depend on the frame rate', () => {
    const atTheEnd = (period: number) => {
      const filter = new OneEuro({ minCutoff: 2 });
      let value = filter.filter(0, 0);
      for (let time = period; time <= 400; time += period) value = filter.filter(1, time);
      return value;
    };
    expect(Math.abs(atTheEnd(10) - atTheEnd(20))).toBeLessThan(0.01);
  });

  it('accepts timestamps that repeat or go back', () => {
    const filter = new OneEuro({ minCutoff: 3, beta: 0.1 });
    filter.filter(0, 1000);
    for (const time of [1000, 1000, 500, 0]) expect(Number.isFinite(filter.filter(3, time))).toBe(true);
  });
});
