import { describe, expect, it, vi } from 'vitest';
import { Ending } from '../../src/session/ending.js';

describe('Ending', () => {
  it('closes once, then resolves, however often it is asked', async () => {
    const close = vi.fn(async () => undefined);
    const ending = new Ending(close);
    await Promise.all([ending.finish(), ending.finish(), ending.fail(new Error('late'))]);
    await expect(ending.done).resolves.toBeUndefined();
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('rejects with the failure after closing', async () => {
    const order: string[] = [];
    const ending = new Ending(async () => void order.push('closed'));
    ending.done.catch(() => order.push('rejected'));
    await ending.fail(new Error('camera gone'));
    await expect(ending.done).rejects.toThrow('camera gone');
    expect(order).toEqual(['closed', 'rejected']);
  });

  it('says when saving failed', async () => {
    const ending = new Ending(() => Promise.reject(new Error('disk full')));
    await ending.finish();
    await expect(ending.done).rejects.toMatchObject({ code: 'SINK', message: expect.stringContaining('disk full') });
  });

  it('ends by itself after its limit', async () => {
    vi.useFakeTimers();
    const ending = new Ending(async () => undefined);
    ending.limit(120);
    await vi.advanceTimersByTimeAsync(119_999);
    let ended = false;
    void ending.done.then(() => {
      ended = true;
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(ended).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).toBe(true);
    vi.useRealTimers();
  });
});
