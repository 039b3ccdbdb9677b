import { describe, expect, it, vi } from 'vitest';
import { Completion } from '../../src/flow/completion.js';
import { Disposables } from '../../src/flow/disposables.js';

describe('Completion', () => {
  it('closes once and then resolves, on repeated calls too', async () => {
    const close = vi.fn(async () => undefined);
    const ending = new Completion(close);
    await Promise.all([ending.finish(), ending.finish(), ending.fail(new Error('late'))]);
    await expect(ending.done).resolves.toBeUndefined();
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('closes once where closing itself brings the end about', async () => {
    let closed = 0;
    const completion: Completion = new Completion(async () => {
      void completion.finish();
      await new Promise((resolve) => setImmediate(resolve));
      closed++;
    });
    await completion.finish();
    expect(closed).toBe(1);
  });

  it('rejects with the failure after closing', async () => {
    const order: string[] = [];
    const ending = new Completion(async () => void order.push('closed'));
    ending.done.catch(() => order.push('rejected'));
    await ending.fail(new Error('camera gone'));
    await expect(ending.done).rejects.toThrow('camera gone');
    expect(order).toEqual(['closed', 'rejected']);
  });

  it('reports a failure to save', async () => {
    const ending = new Completion(() => Promise.reject(new Error('disk full')));
    await ending.finish();
    await expect(ending.done).rejects.toMatchObject({ code: 'SINK', message: expect.stringContaining('disk full') });
  });

  it('ends by itself after its limit', async () => {
    vi.useFakeTimers();
    const ending = new Completion(async () => undefined);
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

  it('waits for a limit longer than a timer can be', async () => {
    vi.useFakeTimers();
    const ending = new Completion(async () => undefined);
    let ended = false;
    void ending.done.then(() => {
      ended = true;
    });
    const days = 30 * 86_400;
    ending.limit(days);
    await vi.advanceTimersByTimeAsync(days * 1000 - 1);
    expect(ended).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).toBe(true);
    vi.useRealTimers();
  });
});

describe('Disposables', () => {
  it('closes everything in reverse order and rejects with the first failure', async () => {
    const closed: string[] = [];
    const disposables = new Disposables();
    disposables.add(async () => void closed.push('server'));
    disposables.add(() => {
      closed.push('folder');
      throw new Error('folder gone');
    });
    disposables.add(async () => {
      closed.push('trainer');
      throw new Error('disk full');
    });
    await expect(disposables.dispose()).rejects.toThrow('disk full');
    expect(closed).toEqual(['trainer', 'folder', 'server']);
    await disposables.dispose();
    expect(closed).toHaveLength(3);
  });
});
