import { describe, expect, it } from 'vitest';
import type { StepReport } from '../../src/models/types.js';
import { ReportHistory } from '../../src/runs/report-history.js';

const report = (step: number) => ({ step }) as StepReport;

describe('ReportHistory', () => {
  it('keeps everything while there is room', () => {
    const history = new ReportHistory(10);
    for (let step = 1; step <= 9; step++) history.add(report(step));
    expect(history.reports.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('stays within its bound, evenly spread from the first step on', () => {
    const history = new ReportHistory(100);
    for (let step = 1; step <= 10_000; step++) history.add(report(step));
    const steps = history.reports.map(({ step }) => step);
    expect(steps.length).toBeLessThan(100);
    expect(steps.length).toBeGreaterThan(40);
    expect(steps[0]).toBe(1);
    const gaps = new Set(steps.slice(1).map((step, index) => step - steps[index]));
    expect(gaps.size).toBe(1);
    expect(steps[steps.length - 1]).toBeGreaterThan(9_800);
  });

  it('forgets the steps that are made again', () => {
    const history = new ReportHistory(10);
    for (let step = 1; step <= 25; step++) history.add(report(step));
    history.rewind(16);
    for (let step = 17; step <= 40; step++) history.add(report(step));
    const steps = history.reports.map(({ step }) => step);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    expect(steps.length).toBeLessThan(10);
    expect(steps.at(-1)).toBeGreaterThan(30);
  });
});
