import { describe, expect, it } from 'vitest';
import { SharedSlots } from '../../src/workers/shared-slots.js';

describe('SharedSlots', () => {
  it('reuses what was given back', () => {
    const slots = new SharedSlots();
    const first = slots.take(100);
    slots.give(first);
    expect(slots.take(80)).toBe(first);
  });

  it('never hands the same slot to two owners', () => {
    const slots = new SharedSlots();
    expect(slots.take(10)).not.toBe(slots.take(10));
  });

  it('replaces a slot that is too small, so the pool does not grow with the picture size', () => {
    const slots = new SharedSlots();
    const small = slots.take(10);
    slots.give(small);
    const large = slots.take(1000);
    expect(large.byteLength).toBe(1000);
    slots.give(large);
    expect(slots.take(10)).toBe(large);
  });
});
