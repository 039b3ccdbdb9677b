import { describe, expect, it, vi } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { FailureWatch } from '../../src/flow/failures.js';

describe('FailureWatch', () => {
  it('calls the handler with each failure and throws at the limit, with the code and the cause of the last', () => {
    const onFailure = vi.fn();
    const watch = new FailureWatch('detection', { onFailure, maxFailures: 3 }, 10);
    const error = new IrisflowError('WORKER', 'gone');
    watch.failed(error);
    watch.failed(error);
    watch.succeeded();
    watch.failed(error);
    watch.failed(error);
    expect(() => watch.failed(error)).toThrow('detection failed 3 times in a row, the last time because: gone');
    expect(onFailure).toHaveBeenCalledTimes(5);
    try {
      watch.failed(error);
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'WORKER', cause: error });
    }
  });

  it('never throws where the limit is infinite, and refuses others that are no count', () => {
    const watch = new FailureWatch(
      'detection',
      { onFailure: () => undefined, maxFailures: Number.POSITIVE_INFINITY },
      1,
    );
    for (let i = 0; i < 1000; i++) watch.failed(new Error('x'));
    for (const maxFailures of [0, 1.5, Number.NaN, -1]) {
      expect(() => new FailureWatch('detection', { maxFailures }, 1)).toThrow('maxFailures');
    }
  });
});
