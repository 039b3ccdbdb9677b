import { describe, expect, it } from 'vitest';
import { createFlow } from '../../src/flow/hold.js';

describe('createFlow', () => {
  it('pauses at the first owner and resumes when the last one releases', () => {
    const calls: string[] = [];
    const flow = createFlow(
      () => calls.push('hold'),
      () => calls.push('release'),
    );
    const [a, b] = [{}, {}];
    flow.release(a);
    flow.hold(a);
    flow.hold(a);
    flow.hold(b);
    flow.release(a);
    flow.release(a);
    expect(calls).toEqual(['hold']);
    flow.release(b);
    flow.release(b);
    expect(calls).toEqual(['hold', 'release']);
    flow.hold(b);
    expect(calls).toEqual(['hold', 'release', 'hold']);
  });

  it('may be held again from within its release', () => {
    const owner = {};
    let reads = 0;
    const flow = createFlow(
      () => undefined,
      () => {
        if (++reads < 3) {
          flow.hold(owner);
          flow.release(owner);
        }
      },
    );
    flow.hold(owner);
    flow.release(owner);
    expect(reads).toBe(3);
  });
});
