import { range } from 'rxjs';
import { expect, it, vi } from 'vitest';
import { Counter } from '../../src/flow/counter.js';
import { latest } from '../../src/operators/latest.js';

it('processes the first and the newest value of a burst, whatever other options are given', async () => {
  const counts = new Counter();
  const values: number[] = [];
  let completed = false;
  range(0, 10)
    .pipe(latest(async (n) => n * 10, { counts, concurrency: 2 }))
    .subscribe({
      next: (value) => values.push(value),
      complete: () => {
        completed = true;
      },
    });
  await vi.waitFor(() => expect(completed).toBe(true));
  expect(values).toEqual([0, 10, 90]);
  expect(counts.snapshot()).toEqual({ in: 10, out: 3, dropped: 7, failed: 0, inFlight: 0 });
});
