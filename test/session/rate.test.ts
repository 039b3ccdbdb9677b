import { describe, expect, it } from 'vitest';
import { Rate } from '../../src/session/rate.js';

describe('Rate', () => {
  it('is zero before there are two events', () => {
    const rate = new Rate();
    expect(rate.perSecond(0)).toBe(0);
    rate.tick(0);
    expect(rate.perSecond(100)).toBe(0);
  });

  it('measures a steady rate', () => {
    const rate = new Rate(10_000);
    for (let ms = 0; ms <= 5_000; ms += 250) rate.tick(ms);
    expect(rate.perSecond(5_000)).toBeCloseTo(4);
  });

  it('falls when nothing comes any more, and forgets', () => {
    const rate = new Rate(10_000);
    for (let ms = 0; ms <= 5_000; ms += 250) rate.tick(ms);
    expect(rate.perSecond(10_000)).toBeCloseTo(2);
    expect(rate.perSecond(20_000)).toBe(0);
  });
});
