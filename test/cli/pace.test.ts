import { describe, expect, it } from 'vitest';
import { inWords, Pace } from '../../src/cli/pace.js';

describe('the pace of a training', () => {
  it('is measured over the last seconds, without the start, and gives the remaining time of the steps', () => {
    const pace = new Pace({ steps: 100 }, 0);
    expect(pace.step(1, 60_000)).toEqual({ rate: '–', left: '–' });
    expect(pace.step(2, 60_500)).toEqual({ rate: '2.0', left: '49s' });
    for (let done = 3; done < 80; done++) pace.step(done, 60_500 + (done - 2) * 100);
    expect(pace.step(80, 68_300).left).toBe('3s');
    expect(pace.step(100, 70_300).left).toBe('0s');
  });

  it('gives the remaining time of the duration, or of the steps where these end first', () => {
    const pace = new Pace({ duration: 3600 }, 1_000);
    expect(pace.step(1, 2_000)).toEqual({ rate: '–', left: '59m59s' });
    expect(pace.step(2, 3_601_000 - 500).left).toBe('1s');
    const both = new Pace({ steps: 10, duration: 3600 }, 0);
    both.step(1, 1_000);
    expect(both.step(2, 2_000)).toEqual({ rate: '1.0', left: '8s' });
  });

  it('gives no remaining time without a limit', () => {
    const pace = new Pace({}, 0);
    pace.step(1, 1_000);
    expect(pace.step(2, 1_250)).toEqual({ rate: '4.0', left: '–' });
  });

  it('formats times with units', () => {
    expect([0, 0.2, 59, 61, 3599.5, 3600, 7_260].map(inWords)).toEqual([
      '0s',
      '1s',
      '59s',
      '1m01s',
      '1h00m',
      '1h00m',
      '2h01m',
    ]);
  });
});
