import { describe, expect, it } from 'vitest';
import { Rate } from '../../src/flow/rate.js';

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

describe('Rate over three seconds', () => {
  it('is 0 before two events', () => {
    const meter = new Rate(3000);
    expect(meter.perSecond(0)).toBe(0);
    meter.tick(0);
    expect(meter.perSecond(10)).toBe(0);
  });

  it.each([5, 30, 120, 1000])('measures %i a second', (rate) => {
    const meter = new Rate(3000);
    for (let at = 0; at < 20_000; at += 1000 / rate) meter.tick(at);
    expect(meter.perSecond(20_000)).toBeCloseTo(rate, -Math.log10(rate * 0.05));
  });

  it('falls to 0 when nothing comes any more', () => {
    const meter = new Rate(3000);
    for (let at = 0; at < 1000; at += 33) meter.tick(at);
    expect(meter.perSecond(1000)).toBeGreaterThan(25);
    expect(meter.perSecond(5000)).toBe(0);
  });
});
