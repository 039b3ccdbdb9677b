import { describe, expect, it } from 'vitest';
import { LastGood } from '../../../src/models/safeguards/last-good.js';
import { reference } from '../tiny.js';

const value = (x: number) => ({ w: { shape: [1], data: Float32Array.of(x) } });

describe('LastGood', () => {
  it('brings back what the state was at the last copy, after so many refused steps in a row', () => {
    const state = reference.createState(value(1));
    const good = new LastGood(state, 3);
    state.write(value(2));
    expect(good.observe(50, true)).toBe(false);
    state.write(value(Number.NaN));
    expect([51, 52].map((step) => good.observe(step, false))).toEqual([false, false]);
    expect(good.observe(53, true)).toBe(false);
    expect([54, 55, 56].map((step) => good.observe(step, false))).toEqual([false, false, true]);
    expect(state.read()).toEqual(value(2));
    expect(good.refused).toBe(0);
  });

  it('knows the beginning, and counts on from a checkpoint', () => {
    const state = reference.createState(value(1));
    const good = new LastGood(state, 3, 2);
    state.write(value(9));
    expect(good.observe(8, false)).toBe(true);
    expect(state.read()).toEqual(value(1));
  });

  it('gives its copy for a checkpoint where it is not the state itself', () => {
    const state = reference.createState(value(1));
    const good = new LastGood(state, 1);
    expect(good.good).toBeUndefined();
    state.write(value(2));
    good.observe(49, true);
    expect(good.good).toEqual(value(1));
    good.observe(50, true);
    expect(good.good).toBeUndefined();
    state.write(value(3));
    good.observe(51, true);
    const resumed = new LastGood(reference.createState(state.read()), 1, 0, good.good);
    expect(resumed.good).toEqual(value(2));
    expect(good.observe(52, false)).toBe(true);
    expect(state.read()).toEqual(value(2));
    expect(good.good).toBeUndefined();
  });
});
