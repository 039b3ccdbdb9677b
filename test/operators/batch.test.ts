import { EMPTY, from, NEVER, type ObservableInput, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { createFlow } from '../../src/flow/hold.js';
import type { Frame } from '../../src/frame.js';
import { batch, type CropBatch } from '../../src/operators/batch.js';
import { noiseFrame } from './pictures.js';

const crops = (count: number): Frame[] =>
  Array.from({ length: count }, (_, sequence) =>
    noiseFrame(3, 2, sequence, { sequence, labels: { name: `${sequence}` } }),
  );

function run(source: ObservableInput<Frame>, options = { size: 3 }) {
  const seen = { batches: [] as CropBatch[], error: undefined as unknown, completed: false };
  from(source)
    .pipe(batch(options))
    .subscribe({
      next: (value) => seen.batches.push(value),
      error: (error) => {
        seen.error = error;
      },
      complete: () => {
        seen.completed = true;
      },
    });
  return seen;
}

describe('batch', () => {
  it('packs crops one after the other, with their labels and numbers', () => {
    const seven = crops(7);
    const { batches, completed } = run(seven);
    expect(batches.map(({ count }) => count)).toEqual([3, 3, 1]);
    expect(completed).toBe(true);
    expect(batches[1]).toMatchObject({
      width: 3,
      height: 2,
      sequences: [3, 4, 5],
      labels: [{ name: '3' }, { name: '4' }, { name: '5' }],
    });
    for (const [i, { data }] of seven.slice(3, 6).entries()) {
      expect(batches[1]?.data.subarray(i * 18, (i + 1) * 18)).toEqual(data);
    }
    expect(batches[2]?.data).toHaveLength(18);
  });

  it('drops the remainder where it is told to', () => {
    const options = { size: 3, remainder: 'drop' as const };
    expect(run(crops(7), options).batches.map(({ count }) => count)).toEqual([3, 3]);
    expect(run(crops(2), options)).toMatchObject({ batches: [], completed: true });
  });

  it('passes the shape of its source on', () => {
    expect(run(EMPTY)).toMatchObject({ batches: [], completed: true });
    expect(run(NEVER)).toMatchObject({ batches: [], completed: false });
    expect(run(throwError(() => new Error('x')))).toMatchObject({ batches: [], error: new Error('x') });
    const source = new Subject<Frame>();
    const subscription = source.pipe(batch({ size: 2 })).subscribe();
    subscription.unsubscribe();
    expect(source.observed).toBe(false);
  });

  it('fails on crops of two sizes', () => {
    const { error, batches } = run([noiseFrame(3, 2), noiseFrame(2, 3), noiseFrame(3, 2)]);
    expect(error).toMatchObject({ code: 'INPUT', message: expect.stringContaining('2×3') });
    expect(batches).toEqual([]);
  });

  it('carries the hold of its last crop', () => {
    const flow = createFlow(
      () => undefined,
      () => undefined,
    );
    expect(run([{ ...noiseFrame(3, 2), flow }], { size: 1 }).batches[0]?.flow).toBe(flow);
  });

  it('refuses wrong options', () => {
    expect(() => batch({ size: 0 })).toThrow(IrisflowError);
    expect(() => batch({ size: 1, remainder: 'pad' as 'keep' })).toThrow('remainder');
  });
});
